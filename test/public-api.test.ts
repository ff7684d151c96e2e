import { describe, expect, it } from 'vitest'
import * as library from '../src/index.ts'

describe('the library', () => {
  it('exports these names; adding one is a promise, removing one breaks somebody', () => {
    expect(Object.keys(library).sort()).toMatchInlineSnapshot(`
      [
        "CancelledError",
        "FindingError",
        "InputError",
        "ModelError",
        "PlumblineError",
        "ShapeError",
        "StatisticalError",
        "UsageError",
        "auroc",
        "averagePrecision",
        "buildReport",
        "checkDataset",
        "compareRunFolders",
        "createPixelMetrics",
        "diagnoseRun",
        "evaluateDataset",
        "evaluationSchema",
        "exitCode",
        "exportModel",
        "guardrailReportSchema",
        "loadMethod",
        "loadModel",
        "lookDataset",
        "methodNames",
        "modelSchema",
        "openDataset",
        "openModel",
        "paritySchema",
        "partialAuroc",
        "planDataset",
        "planSchema",
        "predictImages",
        "predictionSchema",
        "prepareDataset",
        "quietTask",
        "showModel",
        "simulateDataset",
        "trainModel",
        "verdictSentence",
        "verifyExport",
        "version",
      ]
    `)
  })
})
