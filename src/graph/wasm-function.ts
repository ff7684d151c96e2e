/**
 * Assembles one WebAssembly function: a loop over memory, sixteen bytes a round, on vectors of four float32.
 *
 * Source: webassembly.github.io/spec/core/binary, with the instructions of the fixed-width SIMD extension, which Node has
 * since 16.4.
 */

const operationCodes = {
  abs: 0xe0,
  neg: 0xe1,
  sqrt: 0xe3,
  add: 0xe4,
  sub: 0xe5,
  mul: 0xe6,
  div: 0xe7,
} as const
const types = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const

/** LEB128 of a whole number from 0. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest & 127
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 128)
  } while (rest !== 0)
  return bytes
}

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
]
const section = (id: number, body: readonly number[]): number[] => [id, ...unsigned(body.length), ...body]
const name = (text: string): number[] => vector([...text].map((letter) => [letter.charCodeAt(0)]))
const simd = (code: number): number[] => [0xfd, ...unsigned(code)]
const get = (local: number): number[] => [0x20, ...unsigned(local)]
const set = (local: number): number[] => [0x21, ...unsigned(local)]

/** The part of the global `WebAssembly` that is used: Node's types leave it to those of browsers. */
interface WebAssemblyHost {
  Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

export interface LoopKernel {
  /** From address 0 of each region up to `bytes`, at least one round; scalars in the order of the parameters. */
  run(bytes: number, ...scalars: number[]): void
  readonly memory: { readonly buffer: ArrayBuffer }
}

/** Locals are numbered; each holds what one call here computed. */
export class WasmFunction {
  readonly #scalarCount: number
  readonly #code: number[] = []
  #vectorCount = 0

  constructor(scalarCount: number) {
    this.#scalarCount = scalarCount
  }

  splatParameter(index: number): number {
    return this.#keep([...get(1 + index), ...simd(0x13)])
  }

  splatConstant(value: number): number {
    const bytes = new Uint8Array(Float32Array.of(value).buffer)
    return this.#keep([0x43, ...bytes, ...simd(0x13)])
  }

  unary(operation: 'abs' | 'neg' | 'sqrt', a: number): number {
    return this.#keep([...get(a), ...simd(operationCodes[operation])])
  }

  binary(operation: 'add' | 'sub' | 'mul' | 'div', a: number, b: number): number {
    return this.#keep([...get(a), ...get(b), ...simd(operationCodes[operation])])
  }

  /** What comes before runs once. */
  beginLoop(): void {
    this.#code.push(0x03, 0x40)
  }

  load(region: number): number {
    return this.#keep([...get(this.#counter), ...simd(0x00), 4, ...unsigned(region)])
  }

  store(region: number, local: number): void {
    this.#code.push(...get(this.#counter), ...get(local), ...simd(0x0b), 4, ...unsigned(region))
  }

  finish(pages: number): LoopKernel {
    const counter = this.#counter
    const advance = [...get(counter), 0x41, 16, 0x6a, ...set(counter)]
    const again = [...get(counter), ...get(0), 0x49, 0x0d, 0] // i < bytes: next round
    const locals = vector([
      [1, types.i32],
      [...unsigned(this.#vectorCount), types.v128],
    ])
    const body = [...locals, ...this.#code, ...advance, ...again, 0x0b, 0x0b]
    const parameters = [[types.i32], ...Array.from({ length: this.#scalarCount }, () => [types.f32])]
    const bytes = Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector([[0x60, ...vector(parameters), 0]])),
      ...section(2, vector([[...name('host'), ...name('memory'), 2, 0, ...unsigned(pages)]])),
      ...section(3, vector([[0]])),
      ...section(7, vector([[...name('run'), 0, 0]])),
      ...section(10, vector([[...unsigned(body.length), ...body]])),
    ])
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyHost })
      .WebAssembly
    const memory = new Memory({ initial: pages })
    const { exports } = new Instance(new Module(bytes), { host: { memory } })
    return { run: exports.run as LoopKernel['run'], memory }
  }

  /** Parameters come first (the length in bytes and the scalars), then the counter, then the vectors. */
  get #counter(): number {
    return 1 + this.#scalarCount
  }

  #keep(code: readonly number[]): number {
    const local = this.#counter + 1 + this.#vectorCount++
    this.#code.push(...code, ...set(local))
    return local
  }
}
