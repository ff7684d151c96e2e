/* Marks the page as scripted and lets the reader override the system's colour theme. */
{
  const root = document.documentElement
  root.setAttribute('data-script', '')
  const order = ['auto', 'light', 'dark']
  const names = { auto: 'as the system', light: 'light', dark: 'dark' }
  const button = document.getElementById('theme')
  let current = 'auto'
  const show = () => {
    if (current === 'auto') root.removeAttribute('data-theme')
    else root.setAttribute('data-theme', current)
    button.textContent = `Theme: ${current}`
    button.setAttribute('aria-label', `Colour theme: ${names[current]}`)
  }
  // Some browsers forbid storage on file://; the choice then lasts as long as the page.
  try {
    const stored = localStorage.getItem('plumbline-theme')
    if (order.includes(stored)) current = stored
  } catch {}
  show()
  button.addEventListener('click', () => {
    current = order[(order.indexOf(current) + 1) % order.length]
    show()
    try {
      localStorage.setItem('plumbline-theme', current)
    } catch {}
  })
}
