import { type CheckContext, checkDataset, type Guardrail } from '../../../src/index.ts'

/** Our line writes PNG; anything else was converted by somebody. */
const onlyPng: Guardrail<CheckContext> = {
  id: 'ours.only-png',
  question: 'Does every image come from the line, unconverted?',
  async run({ scan }) {
    if (scan.pictures.length === 0) return { kind: 'skipped', reason: 'no image can be decoded' }
    const others = scan.pictures.filter(({ format }) => format !== 'PNG')
    if (others.length === 0) return { kind: 'passed' }
    return {
      kind: 'found',
      findings: [
        {
          id: 'ours.only-png',
          severity: 'warning',
          title: `${others.length} of ${scan.pictures.length} images are no PNG.`,
          evidence: { examples: others.slice(0, 20).map(({ sample }) => sample.id) },
          remedy: 'Copy them from the line again.',
        },
      ],
    }
  },
}

const { report } = await checkDataset({
  dataset: 'photos',
  backbone: 'filterbank',
  size: { width: 64, height: 64 },
  guardrails: [onlyPng],
})
console.log('passed:', report.passed.join(', '))
for (const { id, severity, title } of report.findings) console.log(severity, id, title)
