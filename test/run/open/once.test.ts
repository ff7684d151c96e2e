import { expect, it } from 'vitest'
import { once } from '../../../src/run/open/once.ts'

it('works it out when first asked, and only then', async () => {
  let times = 0
  const asked = once(async () => ++times)
  expect(times).toBe(0)
  expect(await Promise.all([asked(), asked()])).toEqual([1, 1])
  expect(await asked()).toBe(1)
})

it('says every time that it failed', async () => {
  let times = 0
  const asked = once(async () => {
    times++
    throw new Error('no')
  })
  await expect(asked()).rejects.toThrow('no')
  await expect(asked()).rejects.toThrow('no')
  expect(times).toBe(1)
})
