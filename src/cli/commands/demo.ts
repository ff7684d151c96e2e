import { demoAsk } from '../../options/requests/demo.ts'
import { defineCommand } from '../command.ts'
import { demoText } from '../text/demo-text.ts'

export const demo = defineCommand({
  name: 'demo',
  summary: 'See the main job done on simulated parts, without any data or download',
  description: [
    'Renders forged parts with known defects, checks the photographs, cuts the parts out, evaluates a detector on them, asks it the questions of `diagnose` and writes the report.',
  ],
  options: demoAsk.options,
  examples: ['plumbline demo', 'plumbline demo --out /tmp/demo --seed 7 --json'],
  async run(values, { request, task, columns }) {
    const { runDemo } = await import('../../pipeline.ts')
    const result = await runDemo(request(values), task)
    return { json: result.evaluation, text: demoText(result, values.out, columns) }
  },
})
