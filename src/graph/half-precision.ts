/**
 * A graph of which one part is computed in float16, and whose large constants elsewhere are kept in it: half the size, and twice the
 * speed where there is hardware for it. What is exact in float32 alone stays there.
 */
import { ModelError } from '../errors.ts'
import { encodeFloat16 } from '../math/float16.ts'
import type { AnyValue, GraphBuilder } from './graph.ts'
import { cast, elementwiseOps } from './ops-elementwise.ts'
import { callsOf, type Region, rewrite } from './rewrite.ts'
import { elementCount, type TensorData } from './tensor.ts'

/** Constants outside the region that are worth it. */
const leastElements = 1 << 14
const largest = 65504

export interface HalfPrecision {
  /** What is computed in float16. */
  readonly region: Region
  /** What the numbers of the region, and those outside it, are called in errors: files of the model. */
  readonly names: { readonly inside: string; readonly outside: string }
  /** Outputs that are wanted. */
  readonly outputs: readonly string[]
}

/**
 * @returns A new graph of the same inputs; outputs have the types they had.
 * @throws {ModelError} A constant is beyond what float16 holds, with the name of what it belongs to.
 */
export function inHalfPrecision(
  graph: GraphBuilder,
  { region, names, outputs }: HalfPrecision,
): GraphBuilder {
  const inside = callsOf(graph, region)
  const halves = new Map<AnyValue, AnyValue>()
  const singles = new Map<AnyValue, AnyValue>()
  const remembered = (known: Map<AnyValue, AnyValue>, value: AnyValue, make: () => AnyValue): AnyValue => {
    const found = known.get(value) ?? make()
    known.set(value, found)
    return found
  }

  const toHalf = (value: AnyValue, copy: GraphBuilder): AnyValue => {
    if (value.dtype !== 'float32') return value
    return remembered(halves, value, () =>
      value.node.kind === 'constant'
        ? copy.constantOf(halved(value.node.data, names.inside))
        : cast(value, 'float16'),
    )
  }
  const toSingle = (value: AnyValue, copy: GraphBuilder): AnyValue => {
    if (value.dtype === 'float16' && isOurs.has(value))
      return remembered(singles, value, () => cast(value, 'float32'))
    const isLarge =
      value.node.kind === 'constant' &&
      value.dtype === 'float32' &&
      elementCount(value.shape) >= leastElements
    if (!isLarge || value.node.kind !== 'constant') return value
    const { data } = value.node
    return remembered(singles, value, () => cast(copy.constantOf(halved(data, names.outside)), 'float32'))
  }
  /** Values that became float16 here; others were before. */
  const isOurs = new Set<AnyValue>()
  return rewrite(graph, {
    outputs,
    call(node, inputs, copy) {
      if (!inside.has(node)) {
        return copy.apply(
          node.op,
          inputs.map((value) => toSingle(value, copy)),
          node.attributes,
        )
      }
      const isWidening = node.op === (elementwiseOps.cast as unknown) && node.attributes === 'float32'
      const results = copy.apply(
        node.op,
        inputs.map((value) => toHalf(value, copy)),
        isWidening ? 'float16' : node.attributes,
      )
      for (const value of results) if (value.dtype === 'float16') isOurs.add(value)
      return results
    },
    output: (_, value) => (isOurs.has(value) ? cast(value, 'float32') : value),
  })
}

/** @throws {ModelError} */
function halved(held: TensorData, name: string): TensorData<'float16'> {
  const data = held.data as Float32Array
  const beyond = data.find((value) => !(Math.abs(value) <= largest))
  if (beyond !== undefined) {
    throw new ModelError(
      name,
      `holds ${beyond}, and float16 ends at ${largest}: export it as float32, or as int8, which leaves the detector's own numbers alone`,
    )
  }
  return { dtype: 'float16', shape: held.shape, data: encodeFloat16(data) }
}
