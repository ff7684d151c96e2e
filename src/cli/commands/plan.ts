import { join } from 'node:path'
import { planAsk } from '../../options/requests/plan.ts'
import { defineCommand } from '../command.ts'
import { takeInFlags, withDetectorFlags } from '../detector-flags.ts'
import { planText } from '../text/plan-text.ts'

export const plan = defineCommand({
  name: 'plan',
  summary: 'Say how many more photographs are needed, and what they would buy',
  description: [
    'Lets detectors learn from more and more good parts, judges all of them on the same parts, and carries the curves on: AUROC, escape and overkill with more good ones, the widths of their intervals with more defective ones, each with a 95 % interval. Says how many parts must be judged to prove a rate.',
    'The roles are those of `evaluate`: at least 20 defective and 40 good photographs are needed. What is measured once is kept in the feature cache, and an interrupted plan goes on where it stopped.',
  ],
  options: withDetectorFlags(planAsk.options),
  examples: [
    'plumbline plan parts',
    'plumbline plan parts --out plans/parts --max-escape 0.005 --confidence 0.99',
    'plumbline plan parts --parts inferred --detector padim --json',
  ],
  check: (values) => planAsk.check?.(takeInFlags(values)),
  async run(values, { request, task, columns }) {
    const { planDataset } = await import('../../pipeline.ts')
    const found = await planDataset(request(takeInFlags(values)), task)
    const page = values.out === null ? null : join(values.out, 'plan.html')
    return { json: found, text: planText(found, page, columns) }
  },
})
