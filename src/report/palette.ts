/**
 * The colours of the page, light and dark, in one place, so that a test can compute their contrast.
 *
 * Data colours follow Okabe and Ito (2008): blue against vermilion and amber stay apart for every common colour
 * vision, and never carry meaning alone (shape, position or words repeat it).
 */
import { lightOfSrgb } from '../image/srgb.ts'

export const light = {
  page: '#f7f6f3',
  surface: '#ffffff',
  sunken: '#efede8',
  ink: '#1a1c20',
  muted: '#5a5e66',
  rule: '#dedbd4',
  control: '#85827b',
  accent: '#1c5d99',
  'accent-soft': '#e3edf6',
  nominal: '#1c6fb5',
  anomalous: '#c2410c',
  escape: '#b8320a',
  'escape-soft': '#fbe9e2',
  overkill: '#8f5f00',
  'overkill-soft': '#f8eed6',
  quiet: '#b9b6ae',
  good: '#1b6e5a',
  'good-soft': '#e0f0ea',
  focus: '#0b57d0',
} as const

export type Token = keyof typeof light

export const dark: Readonly<Record<Token, string>> = {
  page: '#121417',
  surface: '#1a1d21',
  sunken: '#23272c',
  ink: '#eceae5',
  muted: '#a9adb4',
  rule: '#32373d',
  control: '#7b8189',
  accent: '#86bdf0',
  'accent-soft': '#1d2f40',
  nominal: '#6fb2ee',
  anomalous: '#ff8d5c',
  escape: '#ff8d66',
  'escape-soft': '#3a211a',
  overkill: '#e5b54d',
  'overkill-soft': '#332a15',
  quiet: '#565b62',
  good: '#6fcfb0',
  'good-soft': '#17322a',
  focus: '#9cc7ff',
}

/** Custom properties for both themes: by the system's preference, overridden by `data-theme` on the root. */
export function paletteCss(): string {
  const block = (tokens: Readonly<Record<Token, string>>): string =>
    Object.entries(tokens)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';')
  return [
    `:root{color-scheme:light;${block(light)}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${block(dark)}}}`,
    `:root[data-theme="dark"]{color-scheme:dark;${block(dark)}}`,
    `@media print{:root,:root[data-theme="dark"],:root:not([data-theme="light"]){color-scheme:light;${block({ ...light, page: '#ffffff' })}}}`,
  ].join('\n')
}

/** WCAG 2.2 contrast ratio of two `#rrggbb` colours, 1..21. */
export function contrast(first: string, second: string): number {
  const [lighter, darker] = [luminance(first), luminance(second)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const channel = (from: number): number => lightOfSrgb(Number.parseInt(hex.slice(from, from + 2), 16) / 255)
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
