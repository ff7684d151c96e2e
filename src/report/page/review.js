/* Filters and layers of the contact sheet. */
{
  const grid = document.getElementById('sheet-grid')
  const empty = document.getElementById('sheet-empty')
  const chips = [...document.querySelectorAll('#sheet-marks button')]
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      for (const other of chips) other.setAttribute('aria-pressed', String(other === chip))
      const wanted = chip.dataset.mark
      let shown = 0
      for (const item of grid.children) {
        const marks = item.dataset.marks
        item.hidden = wanted !== '' && (wanted === 'any' ? marks === '' : !marks.split(' ').includes(wanted))
        if (!item.hidden) shown++
      }
      empty.hidden = shown > 0
    })
  }
  const layers = [...document.querySelectorAll('.layers button')]
  for (const button of layers) {
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
      const hidden = layers.filter((each) => each.getAttribute('aria-pressed') !== 'true')
      grid.dataset.hide = hidden.map((each) => each.dataset.layer).join(' ')
    })
  }
}
