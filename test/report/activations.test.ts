import { expect, it } from 'vitest'
import { activationsSection } from '../../src/report/sections/activations.ts'
import { activationsSchema } from '../../src/wire/report-data.ts'

const png = 'data:image/png;base64,AAAA'
const activations = activationsSchema.parse({
  stage: 'features.13',
  channels: 96,
  images: 121,
  low: 4.15,
  maximum: 21.83,
  width: 256,
  height: 192,
  colours: ['#000000', '#ffffff'],
  set: png,
  examples: [{ image: 'a/<b>.png', maximum: 20.28, photo: png, map: png }],
})

it('shows single images, the set, and the largest of all, and escapes names', () => {
  const { text } = activationsSection(activations)
  expect(text.match(/<figure/g)).toHaveLength(2)
  for (const words of [
    'features.13',
    '96 channels',
    '121 good images',
    'largest 20.28',
    'largest of all 21.83',
  ]) {
    expect(text).toContain(words)
  }
  expect(text).toContain('a/&lt;b&gt;.png')
  expect(text).not.toContain('<b>')
})

it('takes embedded pictures only', () => {
  expect(activationsSchema.safeParse({ ...activations, set: 'https://example.org/a.png' }).success).toBe(
    false,
  )
})
