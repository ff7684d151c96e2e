/**
 * A score graph at work in process: features in, scores out, one picture at a time, so that a picture gets the same score whatever
 * its neighbours in a list.
 *
 * Where pictures lie is worked out once for each place that comes up; most datasets have one, and none has many.
 */

import type { ImageFeatures } from '../../backbone/backbone.ts'
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import {
  GraphBuilder,
  openSession,
  type Session,
  type SessionOptions,
  type TensorData,
  tensor,
} from '../../graph/index.ts'
import type { Frame } from '../../image/image.ts'
import { named } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Outcome, Scored } from '../detector.ts'
import type { Named, ScoreGraph, StageShape } from './score-graph.ts'

export interface Scorer {
  /** Scores in the order asked for. @throws {ModelError} The backbone gives features of other shapes than the detector was fitted to. */
  score(refs: readonly ImageRef[], vision: Vision, task: Task): AsyncGenerator<Outcome<Scored>>
  close(): Promise<void>
}

/** Layouts kept at a time; the oldest goes. */
const mostLayouts = 64

export function openScorer(graph: ScoreGraph, machine: SessionOptions): Scorer {
  const opened = new Map<string, Promise<ShapedScorer>>()

  const scorerOf = (features: ImageFeatures): Promise<ShapedScorer> => {
    const shapes = features.maps.map(({ stage, channels, rows, cols }) => ({ stage, channels, rows, cols }))
    const key = JSON.stringify([shapes, features.frame.size])
    let scorer = opened.get(key)
    if (scorer === undefined) {
      scorer = openShaped(graph, shapes, features.frame.size, machine)
      opened.set(key, scorer)
    }
    return scorer
  }
  return {
    async *score(refs, vision, task) {
      for await (const outcome of vision.features(refs, graph.stages, task)) {
        checkCancelled(task)
        if (!outcome.ok) yield outcome
        else yield { ...outcome, value: await (await scorerOf(outcome.value)).score(outcome.value) }
      }
    },
    async close() {
      const scorers = await Promise.allSettled(opened.values())
      opened.clear()
      for (const one of scorers) if (one.status === 'fulfilled') await one.value.close()
    },
  }
}

interface ShapedScorer {
  score(features: ImageFeatures): Promise<Scored>
  close(): Promise<void>
}

async function openShaped(
  graph: ScoreGraph,
  shapes: readonly StageShape[],
  size: Frame['size'],
  machine: SessionOptions,
): Promise<ShapedScorer> {
  graph.check(shapes)
  const layoutBuilder = new GraphBuilder('layout')
  const content = layoutBuilder.input('content', 'float64', [4])
  const laid = graph.layout(content, shapes, size)
  for (const [name, value] of Object.entries(laid)) layoutBuilder.output(name, value)

  const builder = new GraphBuilder('score')
  const features = shapes.map(({ stage, channels, rows, cols }) =>
    builder.input(stage, 'float32', [1, channels, rows, cols]),
  )
  const given = Object.fromEntries(
    Object.entries(laid).map(([name, { dtype, shape }]) => [
      name,
      builder.input(`layout.${name}`, dtype, shape),
    ]),
  )
  const { score, map } = graph.judge(features, given, shapes, size)
  builder.output('score', score)
  builder.output('map', map)

  const layoutSession =
    Object.keys(laid).length === 0 ? null : await openSession(layoutBuilder.build(), machine)
  const session = await openSession(builder.build(), machine)
  const layouts = new Map<string, Promise<Named<TensorData>>>()
  return {
    async score({ maps, frame }) {
      const layout = await layoutOf(layouts, layoutSession, frame)
      const result = await session.run({
        ...Object.fromEntries(
          maps.map((map) => [map.stage, tensor(map.data, [1, map.channels, map.rows, map.cols])]),
        ),
        ...layout,
      })
      const { width, height } = size
      const data = named(result, 'map').data as Float32Array
      return {
        score: (named(result, 'score').data as Float32Array)[0]!,
        map: () => ({ width, height, data }),
        frame,
      }
    },
    async close() {
      await layoutSession?.close()
      await session.close()
    },
  }
}

function layoutOf(
  known: Map<string, Promise<Named<TensorData>>>,
  session: Session | null,
  { content: { x, y, width, height } }: Frame,
): Promise<Named<TensorData>> {
  const place = [x, y, width, height]
  const key = place.join()
  const found = known.get(key)
  if (found !== undefined) return found
  const layout = layOut(session, place)
  known.set(key, layout)
  for (const oldest of known.keys()) {
    if (known.size > mostLayouts) known.delete(oldest)
    else break
  }
  return layout
}

async function layOut(session: Session | null, place: readonly number[]): Promise<Named<TensorData>> {
  if (session === null) return {}
  const found = await session.run({ content: tensor(Float64Array.from(place), [4]) })
  return Object.fromEntries(Object.entries(found).map(([name, data]) => [`layout.${name}`, data]))
}
