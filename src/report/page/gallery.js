/* Gallery: filters, layers, and the large view with its keys. Pictures are cloned from the cards. */
{
  const grid = document.getElementById('gallery-grid')
  if (grid !== null) {
    const dialog = document.getElementById('viewer')
    const picture = document.getElementById('viewer-picture')
    const cards = [...grid.querySelectorAll('.card')]
    let open = null

    const setLayer = (element, layer, on) => {
      const hidden = new Set((element.dataset.hide ?? '').split(' ').filter(Boolean))
      if (on) hidden.delete(layer)
      else hidden.add(layer)
      element.dataset.hide = [...hidden].join(' ')
    }
    const toggle = (button, element, layer) => {
      const on = button.getAttribute('aria-pressed') !== 'true'
      button.setAttribute('aria-pressed', String(on))
      setLayer(element, layer, on)
    }
    for (const button of document.querySelectorAll('#gallery [data-layer]')) {
      button.addEventListener('click', () => toggle(button, grid, button.dataset.layer))
    }
    const views = [...dialog.querySelectorAll('[data-view]')]
    for (const button of views)
      button.addEventListener('click', () => toggle(button, picture, button.dataset.view))

    const filters = document.querySelectorAll('#gallery [data-outcome][aria-pressed]')
    for (const filter of filters) {
      filter.addEventListener('click', () => {
        for (const other of filters) other.setAttribute('aria-pressed', String(other === filter))
        for (const item of grid.children) {
          const { outcome } = filter.dataset
          item.hidden = outcome !== '' && !item.dataset.outcome.split(' ').includes(outcome)
        }
        document.getElementById('gallery-empty').hidden = [...grid.children].some((item) => !item.hidden)
      })
    }

    const shown = () => cards.filter((card) => !card.parentElement.hidden)
    const words = (card, name) => card.querySelector(`.${name}`).textContent
    const show = (card) => {
      open = card
      picture.replaceChildren(
        ...[...card.querySelector('.picture').children].map((layer) => layer.cloneNode(true)),
      )
      document.getElementById('viewer-title').textContent = words(card, 'file')
      const list = shown()
      document.getElementById('viewer-facts').textContent =
        `${card.dataset.facts} Picture ${list.indexOf(card) + 1} of ${list.length}.`
    }
    const step = (by) => {
      const list = shown()
      show(list[(list.indexOf(open) + by + list.length) % list.length])
    }
    for (const card of cards) {
      card.addEventListener('click', () => {
        show(card)
        dialog.showModal()
      })
    }
    document.getElementById('viewer-close').addEventListener('click', () => dialog.close())
    document.getElementById('viewer-previous').addEventListener('click', () => step(-1))
    document.getElementById('viewer-next').addEventListener('click', () => step(1))
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close() // the backdrop
    })
    dialog.addEventListener('close', () => open?.focus())
    const keys = new Map(
      views.map((button) => [button.querySelector('kbd').textContent.toLowerCase(), button]),
    )
    dialog.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'ArrowRight') step(1)
      else if (event.key === 'ArrowLeft') step(-1)
      else {
        const view = keys.get(event.key.toLowerCase())
        if (view === undefined) return
        view.click()
      }
      event.preventDefault()
    })
    // Arrow keys also walk the grid itself.
    grid.addEventListener('keydown', (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      const list = shown()
      const at = list.indexOf(document.activeElement)
      if (by === undefined || at < 0) return
      event.preventDefault()
      list[Math.min(list.length - 1, Math.max(0, at + by))].focus()
    })
  }
}
