/** The eye that looks at the forged datasets: MobileNetV2 where its weights are at hand, else the embedded one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folders = [process.env.PLUMBLINE_WEIGHTS, join(import.meta.dirname, '../../../shared/weights')]
const weights = folders.find(
  (folder) => folder !== undefined && existsSync(join(folder, 'mobilenet_v2.safetensors')),
)

export const benchBackbone = {
  backbone: weights === undefined ? 'filterbank' : 'mobilenet_v2',
  weights: weights ?? '.',
} as const
