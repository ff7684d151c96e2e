import { evaluateDataset, verdictSentence } from '../../../src/index.ts'

const evaluation = await evaluateDataset({
  dataset: 'photos', // good/ and a folder for each kind of defect; masks/ where there are any
  out: 'runs/first',
  backbone: 'filterbank',
  size: { width: 64, height: 64 },
  folds: 2,
})
const { auroc, escapeRate } = evaluation.metrics.image
console.log(verdictSentence(evaluation))
console.log(`AUROC ${auroc.mean} (${auroc.ci.join(' to ')}), escapes ${escapeRate.mean}`)
for (const { severity, title, remedy } of evaluation.findings) console.log(severity, title, remedy)
