import { StatisticalError, trainModel } from '../../../src/index.ts'

try {
  const card = await trainModel({
    dataset: 'photos',
    out: 'models/one',
    backbone: 'filterbank',
    size: { width: 64, height: 64 },
  })
  console.log(`${card.trained.images} images, threshold ${card.threshold?.value ?? 'none'}`)
} catch (error) {
  if (!(error instanceof StatisticalError)) throw error
  console.log(`too few images for what the policy promises: ${error.message}`)
}
