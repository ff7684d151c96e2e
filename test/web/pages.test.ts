/** Long queries, page by page. */
import { describe, expect, it } from 'vitest'
import { openPages, pageSize } from '../../src/web/state/pages.ts'
import { anInspection } from './fake-station.ts'

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** A query of `total` rows, which counts how often each page is asked for. */
function aQuery(total: number) {
  const asked: number[] = []
  return {
    asked,
    ask: async (after: string | undefined) => {
      const first = Number(after ?? 0)
      asked.push(first / pageSize)
      const end = Math.min(total, first + pageSize)
      const inspections = Array.from({ length: end - first }, (_, i) => anInspection(first + i))
      return { inspections, next: end < total ? String(end) : null }
    },
  }
}

describe('pages of inspections', () => {
  it('fetch what is in sight and the page after it, once', async () => {
    const { ask, asked } = aQuery(1000)
    const pages = openPages(ask)
    pages.show(0, 30)
    pages.show(0, 40)
    await settled()
    expect(asked).toEqual([0, 1])
    expect(pages.at(0)?.part).toBe('L-1000')
    expect(pages.at(150)?.part).toBe('L-1150')
    expect(pages.isWhole()).toBe(false)
  })

  it('reach any row and keep but some pages', async () => {
    const { ask, asked } = aQuery(10_000)
    const pages = openPages(ask)
    for (let first = 0; first < 10_000; first += pageSize) {
      pages.show(first, first + 30)
      await settled()
    }
    expect(pages.known()).toBe(10_000)
    expect(pages.at(9_999)?.part).toBe('L-10999')
    expect(pages.at(0)).toBeUndefined()
    const before = asked.length
    pages.show(0, 10)
    await settled()
    expect(pages.at(0)?.part).toBe('L-1000')
    expect(asked.length).toBeGreaterThan(before)
  })

  it('fetch no more than they keep, however much is asked for at once', async () => {
    const { ask, asked } = aQuery(10_000)
    const pages = openPages(ask)
    pages.show(0, 9_999)
    for (let i = 0; i < 40; i++) await settled()
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked.length).toBeLessThanOrEqual(21)
  })

  it('hold what is put in the place of a row, and nothing that they do not have', async () => {
    const pages = openPages(aQuery(150).ask)
    pages.show(0, 149)
    await expect.poll(() => pages.known()).toBe(150)
    const before = pages.version.value
    pages.put(anInspection(120, { outcome: 'review' }))
    expect([119, 120, 121].map((row) => pages.at(row)?.outcome)).toEqual(['nominal', 'review', 'nominal'])
    expect(pages.version.value).toBeGreaterThan(before)
    pages.put(anInspection(999, { outcome: 'review' }))
    expect(pages.known()).toBe(150)
  })

  it('say what went wrong, and go on when asked again', async () => {
    const { ask } = aQuery(50)
    let fails = true
    const pages = openPages(async (after) => {
      if (fails) throw new Error('gone')
      return ask(after)
    })
    pages.show(0, 10)
    await settled()
    expect(pages.error.value?.message).toBe('gone')
    fails = false
    pages.show(0, 10)
    await settled()
    expect(pages.error.value).toBeNull()
    expect(pages.known()).toBe(50)
    expect(pages.isWhole()).toBe(true)
  })
})
