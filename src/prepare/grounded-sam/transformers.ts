/**
 * The optional package that runs the models, loaded when it is needed: the only file that imports `@huggingface/transformers`.
 *
 * It may read the files that it is pointed to and nothing else: no network, no cache.
 */
import { UsageError } from '../../errors.ts'

/** What we use of the package, whose own types say `any` in the places that matter. */
export interface Transformers {
  readonly env: Environment
  readonly RawImage: new (data: Uint8Array, width: number, height: number, channels: number) => object
  readonly Tensor: new (
    type: 'float32' | 'int64',
    data: Float32Array | BigInt64Array,
    shape: readonly number[],
  ) => PackageTensor
  readonly BertTokenizer: Loader<Tokenizer>
  readonly GroundingDinoImageProcessor: Loader<ImageProcessor>
  readonly GroundingDinoForObjectDetection: Loader<Networks>
  readonly SamImageProcessor: Loader<ImageProcessor>
  readonly SamModel: Loader<Networks>
  readonly Sam2Model: Loader<Networks>
  readonly EdgeTamModel: Loader<Networks>
  readonly Sam3TrackerModel: Loader<Networks>
}

interface Environment {
  readonly version: string
  allowLocalModels: boolean
  allowRemoteModels: boolean
  useBrowserCache: boolean
  useFSCache: boolean
  useCustomCache: boolean
  useWasmCache: boolean
  cacheDir: string | null
  logLevel: number
  fetch: (...request: never[]) => Promise<unknown>
}

export interface Loader<T> {
  from_pretrained(folder: string, options: Readonly<Record<string, unknown>>): Promise<T>
}

/** A tensor of the package, around one of ONNX Runtime. */
export interface PackageTensor {
  readonly ort_tensor: NativeTensor
}

/** A tensor of ONNX Runtime. */
export interface NativeTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: unknown
}

export interface NativeSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Readonly<Record<string, NativeTensor>>): Promise<Readonly<Record<string, NativeTensor>>>
}

export interface Networks {
  readonly sessions: Readonly<Record<string, NativeSession>>
  dispose(): Promise<unknown>
}

/** Tensors by the names of the detector's inputs, [1, tokens] int64. */
export interface Tokenizer {
  (text: string): Readonly<Record<string, PackageTensor>>
  decode(ids: readonly bigint[], options: { readonly skip_special_tokens: boolean }): string
}

/** [height, width] */
type HeightWidth = readonly [number, number]

export interface ImageProcessor {
  (
    image: object,
  ): Promise<{
    readonly pixel_values: PackageTensor
    readonly pixel_mask?: PackageTensor
    readonly original_sizes: readonly HeightWidth[]
    readonly reshaped_input_sizes: readonly HeightWidth[]
  }>
  /** Of SAM: masks of the network's size to masks of the photograph's. */
  post_process_masks(
    masks: PackageTensor,
    originalSizes: readonly HeightWidth[],
    reshapedSizes: readonly HeightWidth[],
  ): Promise<readonly { readonly data: Uint8Array }[]>
}

/** The version that this release is tested with; `package.json` has the same. */
export const testedVersion = '4.3.1'

/** @throws {UsageError} It is not installed; says how to. */
export async function loadTransformers(
  load: () => Promise<unknown> = () => import('@huggingface/transformers'),
): Promise<Transformers> {
  try {
    return (await load()) as Transformers
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new UsageError(
      `--segmenter grounded-sam: needs a package that is not installed: npm install @huggingface/transformers@${testedVersion}`,
      { cause },
    )
  }
}

/** Silence of the package: what fails is thrown as well. */
const noLog = 50

/** Lets `work` load models while the package is confined to local files; its settings, which it shares with everybody, come back. */
export async function confined<T>({ env }: Transformers, work: () => Promise<T>): Promise<T> {
  const confinement = {
    allowLocalModels: true,
    allowRemoteModels: false,
    useBrowserCache: false,
    useFSCache: false,
    useCustomCache: false,
    useWasmCache: false,
    cacheDir: null,
    logLevel: noLog,
    fetch: () => Promise.reject(new Error('the network is out of bounds')),
  } satisfies Partial<Environment>
  const before = Object.fromEntries(
    Object.keys(confinement).map((name) => [name, env[name as keyof Environment]]),
  )
  Object.assign(env, confinement)
  try {
    return await work()
  } finally {
    Object.assign(env, before)
  }
}
