/** The networks there are. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { Architecture } from './architecture.ts'
import { efficientnetB0, efficientnetB5 } from './efficientnet.ts'
import { filterbank } from './filterbank.ts'
import { mobilenetV2 } from './mobilenet-v2.ts'
import { plumbS } from './plumb-s.ts'
import { resnet18, wideResnet50 } from './resnet.ts'
import { dinov2B, dinov2S, dinov2SReg } from './vit/dinov2.ts'

export type { Architecture }

export const architectures: readonly Architecture[] = [
  mobilenetV2,
  resnet18,
  wideResnet50,
  efficientnetB0,
  efficientnetB5,
  dinov2S,
  dinov2SReg,
  dinov2B,
  plumbS,
  filterbank,
]

/** @throws {UsageError} There is none of that name; says which is nearest. */
export function architecture(id: string): Architecture {
  const found = architectures.find((each) => each.id === id)
  if (found !== undefined) return found
  const ids = architectures.map((each) => each.id)
  throw new UsageError(`no backbone named ${id}; known are ${ids.join(', ')}${didYouMean(id, ids)}`)
}
