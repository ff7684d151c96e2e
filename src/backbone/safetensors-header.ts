/** Parses and checks the header of a safetensors file; see `safetensors.ts` for the format. */
import { ModelError } from '../errors.ts'

export interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Where the tensor's bytes begin in the file, and how many there are. */
  readonly position: number
  readonly length: number
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, TensorEntry>
}

const longestHeader = 100_000_000 // the limit of the format's reference implementation

const bytesPerValue: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
}

/**
 * @param size - Of the whole file, in bytes.
 * @param read - Gives the bytes at a position, fewer at the end of the file.
 * @throws {ModelError} With `path` and what is wrong.
 */
export async function parseHeader(
  path: string,
  size: number,
  read: (position: number, length: number) => Promise<Uint8Array>,
): Promise<Header> {
  const fail = (reason: string, cause?: unknown): never => {
    throw new ModelError(path, `is not a valid safetensors file: ${reason}`, { cause })
  }
  if (size < 10) fail(`${size} bytes are too few`)
  const start = await read(0, 8)
  if (start.length < 8) fail('it ends before its header')
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true))
  if (length < 2 || length > longestHeader) {
    fail(`it claims a header of ${length} bytes, expected 2 to ${longestHeader}`)
  }
  if (8 + length > size) {
    fail(
      `it claims a header of ${length} bytes, but the file has ${size} bytes (truncated, or another format)`,
    )
  }
  const bytes = await read(8, length)
  if (bytes.length < length) fail('it ends before its header does')

  let text = ''
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    header = JSON.parse(text)
  } catch (cause) {
    fail('its header is no JSON', cause)
  }
  if (!isRecord(header)) return fail('its header is no JSON object')
  const duplicate = findDuplicateKey(text)
  if (duplicate !== undefined) fail(`it names ${duplicate} twice`)

  const { __metadata__: metadata = {}, ...claims } = header
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    fail('its metadata are not strings')
  }
  const dataStart = 8 + length
  const tensors = new Map<string, TensorEntry>()
  for (const [name, claim] of Object.entries(claims)) {
    const reason = checkClaim(claim)
    if (reason !== undefined) fail(`tensor ${name}: ${reason}`)
    const { dtype, shape, data_offsets: offsets } = claim as Claim
    tensors.set(name, { dtype, shape, position: dataStart + offsets[0], length: offsets[1] - offsets[0] })
  }
  checkLayout([...tensors], dataStart, size, fail)
  return { metadata: metadata as Record<string, string>, tensors }
}

interface Claim {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** What is wrong with one entry taken by itself; undefined for nothing. */
function checkClaim(claim: unknown): string | undefined {
  if (!isRecord(claim)) return 'its entry is no object'
  const { dtype, shape, data_offsets: offsets } = claim
  const width = typeof dtype === 'string' && Object.hasOwn(bytesPerValue, dtype) ? bytesPerValue[dtype]! : 0
  if (width === 0) return `unknown type ${typeof dtype === 'string' ? dtype.slice(0, 20) : typeof dtype}`
  if (!Array.isArray(shape) || !shape.every(isCount)) return 'its shape is not a list of counts'
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return 'its offsets are not two counts'
  }
  const bytes = shape.reduce((product: number, extent: number) => product * extent, width)
  const span = offsets[1]! - offsets[0]!
  if (span !== bytes) {
    return `${dtype} [${shape.join(', ')}] needs ${bytes} bytes, its offsets span ${span}`
  }
  return undefined
}

/** Tensors must fill the rest of the file: no overlap, no hole, nothing missing, nothing over. */
function checkLayout(
  tensors: [string, TensorEntry][],
  dataStart: number,
  size: number,
  fail: (reason: string) => never,
): void {
  tensors.sort(([, a], [, b]) => a.position - b.position || a.length - b.length)
  let end = dataStart
  for (const [name, { position, length }] of tensors) {
    if (position < end) fail(`tensor ${name} overlaps the one before it`)
    if (position > end) fail(`${position - end} bytes before tensor ${name} belong to no tensor`)
    end = position + length
  }
  if (end > size) fail(`it is truncated: expected ${end} bytes, found ${size}`)
  if (end < size) fail(`${size - end} bytes after the last tensor belong to no tensor`)
}

/** First key that the outermost object of a valid JSON text has twice; `JSON.parse` would silently keep the last. */
function findDuplicateKey(text: string): string | undefined {
  const seen = new Set<string>()
  let depth = 0
  let lastString = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    else if (char === '"') {
      const start = i++
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1
      if (depth === 1) lastString = text.slice(start, i + 1)
    } else if (char === ':' && depth === 1) {
      const key: string = JSON.parse(lastString)
      if (seen.has(key)) return key
      seen.add(key)
    }
  }
  return undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
