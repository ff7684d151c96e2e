import { expect, it } from 'vitest'
import { shardsOf } from '../../../src/run/fleet/shard-sizes.ts'
import fc from '../../fast-check.ts'

it('pieces are few, alike, and in order all there is', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (items, size) => {
      const shards = shardsOf(items, size)
      expect(shards.flat()).toEqual(items)
      expect(shards.length).toBe(Math.max(1, Math.ceil(items.length / size)))
      const lengths = shards.map(({ length }) => length)
      expect(Math.max(...lengths)).toBeLessThanOrEqual(size)
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1)
    }),
  )
})
