/** Light or dark: the system's wish, until the person chooses. */
import { effect, signal } from '@preact/signals'

const key = 'plumbline.theme'
export type Theme = 'system' | 'light' | 'dark'

const stored = localStorage.getItem(key)

export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

effect(() => {
  const { documentElement } = document
  if (theme.value === 'system') {
    delete documentElement.dataset.theme
    localStorage.removeItem(key)
    return
  }
  documentElement.dataset.theme = theme.value
  localStorage.setItem(key, theme.value)
})

/** Whether the page is dark at the moment, whoever decided it. */
export const isDark = (): boolean =>
  theme.value === 'dark' || (theme.value === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)

export function switchTheme(): void {
  theme.value = isDark() ? 'light' : 'dark'
}
