/**
 * A score graph at work in process: features in, scores out, one picture at a time, so that a picture gets the same score whatever
 * its neighbours in a list.
 *
 * Where pictures lie is worked out once for each place that comes up (`layouts.ts`).
 */

import type { ImageFeatures } from '../../backbone/backbone.ts'
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { GraphBuilder, openSession, type SessionOptions, tensor } from '../../graph/index.ts'
import { fitFrame } from '../../image/frame.ts'
import type { Frame, Size } from '../../image/image.ts'
import { named } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Detector, Machine, Outcome, Scored } from '../detector.ts'
import { openLayouts } from './layouts.ts'
import { mapNamed, type ScoreGraph, type StageShape } from './score-graph.ts'
import { ownView, stageInView, viewFeatures } from './views.ts'

export interface Scorer {
  /** Scores in the order asked for. @throws {ModelError} The backbone gives features of other shapes than the detector was fitted to. */
  score(refs: readonly ImageRef[], vision: Vision, task: Task): AsyncGenerator<Outcome<Scored>>
  close(): Promise<void>
}

/** Larger states are fed at each run: as constants they would be held three times over while the session opens. */
const mostConstantBytes = 64 * 2 ** 20

export function openScorer(graph: ScoreGraph, machine: SessionOptions): Scorer {
  const { views = [ownView] } = graph
  const opened = new Map<string, Promise<ShapedScorer>>()

  const scorerOf = (seen: readonly ImageFeatures[], size: Size): Promise<ShapedScorer> => {
    const shapes = seen.flatMap(({ maps }, view) =>
      maps.map(({ stage, channels, rows, cols }) => ({
        stage: stageInView(stage, views[view]!),
        channels,
        rows,
        cols,
      })),
    )
    const key = JSON.stringify([shapes, size])
    let scorer = opened.get(key)
    if (scorer === undefined) {
      scorer = openShaped(graph, shapes, size, machine)
      opened.set(key, scorer)
    }
    return scorer
  }
  return {
    async *score(refs, vision, task) {
      for await (const outcome of viewFeatures(refs, vision, views, graph.stages, task)) {
        checkCancelled(task)
        if (!outcome.ok) {
          yield outcome
          continue
        }
        const [first] = outcome.value as [ImageFeatures]
        const frame =
          views[0]!.magnify === 1 ? first.frame : fitFrame(first.frame.source, vision.size, vision.fit)
        const scorer = await scorerOf(outcome.value, frame.size)
        yield { ...outcome, value: await scorer.score(outcome.value, frame, vision) }
      }
    },
    async close() {
      const scorers = await Promise.allSettled(opened.values())
      opened.clear()
      for (const one of scorers) if (one.status === 'fulfilled') await one.value.close()
    },
  }
}

/** The detector that a graph is, with its one file. @param encode - What that holds. */
export function graphDetector(
  graph: ScoreGraph,
  { device, threads }: Machine,
  encode: () => Uint8Array,
): Detector {
  return {
    ...openScorer(graph, { device, threads }),
    graph,
    save: () => new Map([[graph.file, encode()]]),
  }
}

interface ShapedScorer {
  /** @param frame - Of the model's input. */
  score(seen: readonly ImageFeatures[], frame: Frame, vision: Vision): Promise<Scored>
  close(): Promise<void>
}

async function openShaped(
  graph: ScoreGraph,
  shapes: readonly StageShape[],
  size: Size,
  machine: SessionOptions,
): Promise<ShapedScorer> {
  graph.check(shapes, size)
  const layoutBuilder = new GraphBuilder('layout')
  const content = layoutBuilder.input('content', 'float64', [4])
  const seen = graph.views?.map((_, view) => layoutBuilder.input(`content${view}`, 'float64', [4])) ?? [
    content,
  ]
  const laid = graph.layout(content, shapes, size, seen)
  for (const [name, value] of Object.entries(laid)) layoutBuilder.output(name, value)

  const builder = new GraphBuilder('score')
  const features = shapes.map(({ stage, channels, rows, cols }) =>
    builder.input(stage, 'float32', [1, channels, rows, cols]),
  )
  const given = mapNamed(laid, ({ dtype, shape }, name) => builder.input(`layout.${name}`, dtype, shape))
  const { state = {} } = graph
  const stateBytes = Object.values(state).reduce((sum, { data }) => sum + data.byteLength, 0)
  const isFed = stateBytes > mostConstantBytes
  const own = mapNamed(state, (held, name) =>
    isFed ? builder.input(stateName(name), held.dtype, held.shape) : builder.constantOf(held),
  )
  const { score, map } = graph.judge(features, given, shapes, size, own)
  builder.output('score', score)
  builder.output('map', map)

  const layouts = openLayouts(Object.keys(laid).length === 0 ? null : layoutBuilder.build(), machine)
  const session = await openSession(builder.build(), machine)
  const fed = isFed
    ? Object.fromEntries(Object.entries(state).map(([name, held]) => [stateName(name), held]))
    : {}
  return {
    async score(views, frame, vision) {
      const frames = graph.views === undefined ? [frame] : [frame, ...views.map((view) => view.frame)]
      const layout = await layouts.of(vision, frames)
      const maps = views.flatMap((view) => view.maps)
      const result = await session.run({
        ...Object.fromEntries(
          maps.map(({ channels, rows, cols, data }, i) => [
            shapes[i]!.stage,
            tensor(data, [1, channels, rows, cols]),
          ]),
        ),
        ...layout,
        ...fed,
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
      await layouts.close()
      await session.close()
    },
  }
}

const stateName = (name: string): string => `state.${name}`
