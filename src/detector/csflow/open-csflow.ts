/** A fitted flow as a detector. */
import type { Detector, Machine } from '../detector.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import { encodeFlow, type FlowModel } from './flow-file.ts'
import { csflowGraph } from './score-graph.ts'

export const openCsflow = (model: FlowModel, machine: Machine): Detector =>
  graphDetector(csflowGraph(model), machine, () => encodeFlow(model))
