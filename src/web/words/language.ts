/** The language of the page: that of the browser where there is a catalogue, and whatever the person chose after that. */
import { computed, effect, signal } from '@preact/signals'
import { de } from './de.ts'
import { en, type Words } from './en.ts'
import { fill, type Values } from './message.ts'

/** One entry and one file more for another language. */
const catalogues: Readonly<Record<string, { readonly name: string; readonly words: Words }>> = {
  en: { name: 'English', words: en },
  de: { name: 'Deutsch', words: de },
}

export const languages = Object.entries(catalogues).map(([code, { name }]) => ({ code, name }))

const key = 'plumbline.language'

function preferred(): string {
  const wished = [localStorage.getItem(key) ?? '', ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return wished.find((code) => code in catalogues) ?? 'en'
}

export const language = signal(preferred())

effect(() => {
  document.documentElement.lang = language.value
})

export function chooseLanguage(code: string): void {
  localStorage.setItem(key, code)
  language.value = code
}

const words = computed(() => catalogues[language.value]?.words ?? en)

/** The region of the browser where it speaks this language: `de-CH` writes numbers otherwise than `de-DE`. */
const locale = computed(
  () => navigator.languages.find((tag) => tag.slice(0, 2) === language.value) ?? language.value,
)

/** @throws {RangeError} A value that the message names is missing. */
export function say(id: keyof Words, values: Values = {}): string {
  return fill(words.value[id], values, language.value, (n) => number(n))
}

/** A word of the catalogue that is named by data; what the catalogue does not know stays as it came. */
export function sayOr(id: string, otherwise: string, values: Values = {}): string {
  return Object.hasOwn(words.value, id) ? say(id as keyof Words, values) : otherwise
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale.value, {
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  }).format(value)
}

/** A raw score: four significant digits. */
export function score(value: number | null): string {
  if (value === null) return '–'
  return new Intl.NumberFormat(locale.value, { maximumSignificantDigits: 4 }).format(value)
}

/** A share in 0..1. */
export function percent(value: number | null, digits = 1): string {
  if (value === null) return '–'
  return new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: digits }).format(
    value,
  )
}

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString()

/** Of an ISO time: the time of day, with the date where it is another day than today. */
export function moment(iso: string, today = new Date()): string {
  const at = new Date(iso)
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const date = sameDay(at, today) ? {} : ({ day: '2-digit', month: 'short', year: 'numeric' } as const)
  return new Intl.DateTimeFormat(locale.value, { ...date, ...time }).format(at)
}
