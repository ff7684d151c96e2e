import { join } from 'node:path'
import { evaluateAsk } from '../../options/requests/evaluate.ts'
import { defineCommand } from '../command.ts'
import { takeInFlags, withDetectorFlags } from '../detector-flags.ts'
import { evaluationText } from '../text/evaluation-text.ts'

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Estimate what a detector will do on the factory floor, without flattering it',
  description: [
    'Splits the dataset by whole parts into train, threshold and inference, K times over; fits, chooses the threshold on the threshold set alone, and judges the inference set. The run folder gets evaluation.json, scores.csv, config.json, maps/ and report.html.',
    'The config.json of a run folder is a configuration file: --config takes it to repeat the run.',
  ],
  options: withDetectorFlags(evaluateAsk.options),
  examples: [
    'plumbline evaluate parts --out runs/first',
    'plumbline evaluate parts --out runs/costs --threshold cost --cost-escape 200 --cost-overkill 5 --prevalence 0.01',
    'plumbline evaluate parts --out runs/spots --part-pattern "^.*/([0-9]+)_" --folds 10 --size 320x240',
    'plumbline evaluate parts.csv --out runs/side --where "angle in 170..190 and lot != A" --json',
  ],
  check: (values) => evaluateAsk.check?.(takeInFlags(values)),
  async run(values, { request, task, columns }) {
    const { evaluateDataset } = await import('../../pipeline.ts')
    const evaluation = await evaluateDataset(request(takeInFlags(values)), task)
    const report = join(values.out, 'report.html')
    return { json: evaluation, text: evaluationText(evaluation, report, columns) }
  },
})
