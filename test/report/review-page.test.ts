import { describe, expect, it } from 'vitest'
import { reviewPage } from '../../src/report/review-page.ts'
import { aPreparation, aReview } from './review-fixture.ts'

const page = reviewPage(aPreparation, aReview)

describe('reviewPage', () => {
  it('says first how many images are there, to look at, and left out', () => {
    expect(page).toContain('<h1>2 images prepared, 2 to look at, 1 left out</h1>')
  })

  it('shows the images in the order given, each with what is wrong with it', () => {
    expect(page.indexOf('good/2.png')).toBeLessThan(page.indexOf('good/1.png'))
    expect(page).toContain('no object found; kept whole')
    expect(page).toContain('80.0\u202f% of the defect kept')
  })

  it('names the easier problem, the failures and the views', () => {
    expect(page).toContain('An easier problem than the whole dataset')
    expect(page).toContain('/data/good/&lt;3&gt;.png')
    expect(page).toContain('--where "view = 1"')
  })

  it('takes no markup from outside', () => {
    expect(page).not.toContain('<b>its mask')
    expect(page).toContain('&lt;b&gt;its mask is empty&lt;/b&gt;')
  })

  it('is the same each time', () => {
    expect(reviewPage(aPreparation, aReview)).toBe(page)
  })

  it('has no section for what there is not', () => {
    const bare = reviewPage(
      { ...aPreparation, views: null, restriction: null, failures: [] },
      { ...aReview, before: null },
    )
    for (const id of ['views', 'failures', 'average']) expect(bare).not.toContain(`id="${id}"`)
    expect(bare).not.toContain('An easier problem')
  })
})
