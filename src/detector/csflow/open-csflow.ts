/** A fitted flow as a detector. */
import type { Detector, Machine } from '../detector.ts'
import { openScorer } from '../score-graph/open-scorer.ts'
import { encodeFlow, type FlowModel, flowFileName } from './flow-file.ts'
import { csflowGraph } from './score-graph.ts'

export function openCsflow(model: FlowModel, { device, threads }: Machine): Detector {
  const graph = csflowGraph(model)
  const scorer = openScorer(graph, { device, threads })
  return {
    score: scorer.score,
    graph,
    save: () => new Map([[flowFileName, encodeFlow(model)]]),
    close: scorer.close,
  }
}
