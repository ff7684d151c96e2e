/* Sorting and filtering of the subgroup table. */
{
  const table = document.getElementById('subgroup-table')
  if (table !== null) {
    const body = table.tBodies[0]
    const heads = [...table.tHead.rows[0].cells]
    heads.forEach((head, column) => {
      const button = head.querySelector('button')
      if (button === null) return
      button.addEventListener('click', () => {
        const numeric = head.classList.contains('n')
        const before = head.getAttribute('aria-sort')
        const descending = before === null ? numeric : before === 'ascending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', descending ? 'descending' : 'ascending')
        const key = (row) => {
          const cell = row.cells[column]
          return cell.dataset.sort ?? cell.textContent
        }
        const compare = (a, b) => {
          const [x, y] = [key(a), key(b)]
          if (!numeric) return descending ? y.localeCompare(x) : x.localeCompare(y)
          if (x === '' || y === '') return Number(x === '') - Number(y === '') // undefined last, either way
          return descending ? Number(y) - Number(x) : Number(x) - Number(y)
        }
        body.append(...[...body.rows].sort(compare))
      })
    })
    const chips = document.querySelectorAll('#subgroups .chips button')
    for (const chip of chips) {
      chip.addEventListener('click', () => {
        for (const other of chips) other.setAttribute('aria-pressed', String(other === chip))
        for (const row of body.rows) {
          row.hidden = chip.dataset.column !== '' && row.dataset.column !== chip.dataset.column
        }
      })
    }
  }
}
