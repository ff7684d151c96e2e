/**
 * When a photograph was taken, by its EXIF: `DateTimeOriginal`, else `DateTime`.
 *
 * Source: CIPA DC-008 (Exif 2.32), sections 4.6.2 and 4.6.8.
 */
import { openExif } from './exif-directory.ts'

const dateTime = 0x0132
const exifPointer = 0x8769
const dateTimeOriginal = 0x9003

/**
 * @param bytes - A whole image file.
 * @returns Milliseconds since 1970 as if the camera's clock showed UTC, which for EXIF is anyone's guess; null where the
 * file does not say, or says something that is no time.
 */
export function exifTime(bytes: Uint8Array): number | null {
  const tiff = openExif(bytes)
  if (tiff === null) return null
  const main = tiff.entries(tiff.first)
  const pointer = main.get(exifPointer)
  const taken = pointer === undefined ? undefined : tiff.entries(tiff.longAt(pointer)).get(dateTimeOriginal)
  for (const entry of [taken, main.get(dateTime)]) {
    const time = entry === undefined ? null : parseTime(tiff.textAt(entry))
    if (time !== null) return time
  }
  return null
}

/** `2026:01:31 23:59:59`; cameras without a clock write zeros or blanks. */
function parseTime(text: string): number | null {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (year === 0 || month === 0 || day === 0) return null
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
