/** Named weights, however they are stored. */
export interface WeightTensors {
  /** The file they come from; used in errors. */
  readonly path: string
  /** The file's own notes; see `input-convention.ts` for those that matter. */
  readonly metadata: Readonly<Record<string, string>>
  names(): string[]
  has(name: string): boolean
  /** @throws {ModelError} There is none of that name. */
  shape(name: string): readonly number[]
  /**
   * Reads one tensor as float32, row-major.
   *
   * @throws {ModelError} There is none of that name, its shape is another, or it holds numbers that are not finite.
   */
  tensor(
    name: string,
    expectedShape: readonly number[],
  ): { readonly shape: readonly number[]; readonly data: Float32Array }
}
