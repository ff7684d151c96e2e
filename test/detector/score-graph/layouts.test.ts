import { describe, expect, it, vi } from 'vitest'
import type { Vision } from '../../../src/backbone/vision.ts'
import { openLayouts } from '../../../src/detector/score-graph/layouts.ts'
import { GraphBuilder, mul } from '../../../src/graph/index.ts'
import * as session from '../../../src/graph/session.ts'
import { fitFrame } from '../../../src/image/frame.ts'

/** A layout that is the place times a factor. */
function graphOf(factor: number) {
  const graph = new GraphBuilder('layout')
  graph.output('place', mul(graph.input('content', 'float64', [4]), factor))
  return graph.build()
}

const size = { width: 64, height: 64 }
const frameOf = (width: number, height: number) => fitFrame({ width, height }, size, 'pad')
const machine = { threads: 1 }
const newVision = () => ({}) as Vision

describe('openLayouts', () => {
  it('works a place out once for all detectors that look through one vision', async () => {
    const opened = vi.spyOn(session, 'openSession')
    const vision = newVision()
    const [a, b] = [openLayouts(graphOf(2), machine), openLayouts(graphOf(2), machine)]
    const first = await a.of(vision, [frameOf(64, 32)])
    expect(first['layout.place']?.data).toEqual(Float64Array.of(0, 32, 128, 64))
    expect(await b.of(vision, [frameOf(64, 32)])).toBe(first)
    expect(opened).toHaveBeenCalledTimes(1)
    expect(await b.of(vision, [frameOf(32, 64)])).not.toBe(first)
    expect(opened).toHaveBeenCalledTimes(2)
    await a.close()
    await b.close()
  })

  it('keeps apart what another graph makes of a place, and what another vision sees', async () => {
    const vision = newVision()
    const [a, b] = [openLayouts(graphOf(2), machine), openLayouts(graphOf(3), machine)]
    const first = await a.of(vision, [frameOf(64, 32)])
    expect((await b.of(vision, [frameOf(64, 32)]))['layout.place']?.data).toEqual(
      Float64Array.of(0, 48, 192, 96),
    )
    const other = await a.of(newVision(), [frameOf(64, 32)])
    expect(other).not.toBe(first)
    expect(other).toEqual(first)
    await a.close()
    await b.close()
  })

  it('is empty for a graph that has none', async () => {
    expect(await openLayouts(null, machine).of(newVision(), [frameOf(64, 32)])).toEqual({})
  })
})
