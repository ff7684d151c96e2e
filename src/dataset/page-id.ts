/** Ids of images that are pages of one file: `top.tif` has `top@1.tif`, `top@2.tif` ... */
import { withoutEnding } from './listing.ts'

/** @param page - From 1. */
export function pageId(id: string, page: number): string {
  const stem = withoutEnding(id)
  return `${stem}@${page}${id.slice(stem.length)}`
}

/** The way back; undefined for an id that names no page. */
export function splitPageId(id: string): { readonly id: string; readonly page: number } | undefined {
  const stem = withoutEnding(id)
  const [, file, page] = /^(.*)@([1-9]\d{0,5})$/s.exec(stem) ?? []
  return file === undefined ? undefined : { id: file + id.slice(stem.length), page: Number(page) }
}
