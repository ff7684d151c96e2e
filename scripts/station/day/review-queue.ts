/** A person decides the whole queue by keyboard, by what they see; the one who forged the parts knows what that is. */
import type { Page } from 'playwright-core'

/** What was said about a part, in the page's words and keys. */
export interface Said {
  readonly part: string
  readonly label: 'nominal' | 'anomalous' | 'unsure'
  readonly kind: string | null
  readonly isPainted: boolean
  /** Taken back by the same person at once, and decided again. */
  readonly isTakenBack: boolean
}

const nothing = 'Nothing waits for a decision'

/**
 * The fourth part is one of which nobody can tell; the sixth is called good by mistake, taken back and decided again; on the first
 * defective one the defect is boxed.
 *
 * @param defectOf - Kind of the defect that is to be seen; null for a good part.
 * @param onShown - Called once, with the first part before its decision.
 */
export async function reviewQueue(
  page: Page,
  defectOf: (part: string) => string | null,
  onShown: () => Promise<void>,
): Promise<Said[]> {
  const said: Said[] = []
  const shown = page.locator('.decide-panel [data-part]')
  const ended = page.getByText(nothing)
  /** @param before - The part that was there. @returns null at the end of the queue. */
  const next = async (before: string | null): Promise<string | null> => {
    const other = page.locator(`.decide-panel [data-part]:not([data-part="${before}"])`)
    await other.or(ended).first().waitFor()
    return (await ended.count()) > 0 ? null : shown.getAttribute('data-part')
  }
  const decide = async (defect: string | null): Promise<void> => {
    if (defect === null) return page.keyboard.press('g')
    await page.keyboard.press('k')
    await page.keyboard.type(defect)
    await page.keyboard.press('Escape')
    await page.keyboard.press('d')
  }
  for (let part = await next(null); part !== null; part = await next(part)) {
    const defect = defectOf(part)
    if (said.length === 0) await onShown()
    const isUnsure = said.length === 3
    const isTakenBack = said.length === 5
    const isPainted = defect !== null && !isUnsure && !isTakenBack && !said.some((each) => each.isPainted)
    if (isPainted) await boxTheMiddle(page)
    if (isTakenBack) {
      await page.keyboard.press('u')
      await next(part)
      await page.keyboard.press('z')
      await page.locator(`.decide-panel [data-part="${part}"]`).waitFor()
    }
    if (isUnsure) await page.keyboard.press('u')
    else await decide(defect)
    const label = isUnsure ? 'unsure' : defect === null ? 'nominal' : 'anomalous'
    said.push({ part, label, kind: label === 'anomalous' ? defect : null, isPainted, isTakenBack })
  }
  return said
}

async function boxTheMiddle(page: Page): Promise<void> {
  await page.keyboard.press('b')
  const box = await page.locator('canvas.mask').first().boundingBox()
  if (box === null) throw new Error('the picture is not shown')
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 3 })
  await page.mouse.up()
}
