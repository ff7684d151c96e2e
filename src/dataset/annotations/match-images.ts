/** Which image of a folder an annotation means: programs write names, paths of other machines, or addresses. */
import { folderOf, type Listing } from '../listing.ts'

export type FindImage = (name: string, annotationFile: string) => string | null

/**
 * Beside the annotations (or in `images` there) first; else the image whose path ends like the name, folder by folder, if there is only one.
 * Names are compared in Unicode's composed form.
 */
export function imageFinder(listing: Listing): FindImage {
  const images = new Map(listing.images.map((image) => [image.normalize('NFC'), image]))
  const byEnd = new Map<string, string | null>()
  for (const image of listing.images)
    for (const end of endsOf(image.normalize('NFC'))) byEnd.set(end, byEnd.has(end) ? null : image)
  return (name, annotationFile) => {
    const clean = name
      .normalize('NFC')
      .replaceAll('\\', '/')
      .replace(/^[a-z][a-z0-9+]*:\/\/[^/]*\//i, '')
      .replace(/^(\.?\/)+/, '')
    const folder = folderOf(annotationFile)
    const above = folderOf(folder)
    for (const base of [folder, `${folder}/images`, above, `${above}/images`]) {
      const found = images.get(base === '' ? clean : `${base}/${clean}`.replace(/^\//, ''))
      if (found !== undefined) return found
    }
    for (const end of endsOf(clean)) {
      const found = byEnd.get(end)
      if (found !== undefined) return found
    }
    // Label Studio puts eight digits before the names of files that were uploaded.
    const bare = clean.replace(/(^|\/)[\da-f]{8}-([^/]+)$/i, '$1$2')
    return bare === clean
      ? null
      : (endsOf(bare)
          .map((end) => byEnd.get(end))
          .find((found) => found) ?? null)
  }
}

/** `a/b/c`, `b/c`, `c`. */
function endsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, i) => parts.slice(i).join('/'))
}
