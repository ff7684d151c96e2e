/** A fitted GLASS at work: images in, scores and maps out. */
import type { Detector, Machine } from '../detector.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import { encodeGlass, type GlassModel } from './glass-file.ts'
import { multiplyOut } from './judge.ts'
import { glassGraph } from './score-graph.ts'

export async function openGlass(model: GlassModel, { device, threads }: Machine): Promise<Detector> {
  const machine = { device, threads }
  const graph = glassGraph(model, await multiplyOut(model.networks, model.settings.shape, machine))
  return graphDetector(graph, machine, () => encodeGlass(model))
}
