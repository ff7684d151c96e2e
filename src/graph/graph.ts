/**
 * A small typed tensor language: a directed acyclic graph of operations with shapes known while it is being built.
 *
 * A graph is plain data (values, nodes, attributes), so that it can be emitted as ONNX, and transformed into more graph,
 * e.g. differentiated. Operations are functions in the `ops-*.ts` files; each is one `Op`: what it takes and gives, and
 * how it is said in ONNX. Everything that can be wrong with a shape is found here, early, by name.
 */
import { ShapeError } from '../errors.ts'
import { isDynamic } from './dynamic-extent.ts'
import { encodeModel, type ModelOptions } from './encode-model.ts'
import {
  type DType,
  type DTypeOf,
  elementCount,
  filled,
  type Shape,
  type TensorArray,
  type TensorData,
  type TensorType,
  tensor,
} from './tensor.ts'

/** Inputs of an operation: as many types as it takes. */
export type Unary = readonly [TensorType]
export type Binary = readonly [TensorType, TensorType]
export type Ternary = readonly [TensorType, TensorType, TensorType]
export type TwoOrThree = readonly [TensorType, TensorType, TensorType?]
export type OneOrMore = readonly [TensorType, ...TensorType[]]

/** A value for each input. */
export type ValuesOf<Inputs extends readonly unknown[], D extends DType = DType> = {
  readonly [Place in keyof Inputs]: Value<D>
}

/** One kind of operation, of one input where nothing else is said. `Attributes` are plain data fixed at build time. */
export interface Op<Attributes, Inputs extends readonly unknown[] = Unary> {
  readonly name: string
  /**
   * Types of the results.
   *
   * @throws {ShapeError} @throws {TypeError} @throws {RangeError} Naming the operation, what it expected and what came.
   */
  infer(inputs: Inputs, attributes: Attributes): readonly TensorType[]
  /** The same as one ONNX node, whose inputs are the operation's own followed by `constants`. */
  emit(attributes: Attributes, inputs: Inputs): OnnxCall
}

/** An operation of which no more is known: as a node holds it. */
export type AnyOp = Op<unknown, readonly TensorType[]>

export interface OnnxCall {
  readonly type: string
  /** How many of the operation's inputs the node takes; default all. */
  readonly inputCount?: number
  /** Further inputs fixed at build time; null for an optional one left out. */
  readonly constants?: readonly (TensorData | null)[]
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
}

/** ONNX tells integers from floats; JavaScript does not. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly dtype: DType }

/** Where values come from. */
export type Node =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: TensorData }
  | {
      readonly kind: 'call'
      readonly op: AnyOp
      readonly inputs: readonly AnyValue[]
      readonly attributes: unknown
    }

/** A tensor that the graph computes, of known type and shape; of float32 where nothing else is said. */
export interface Value<D extends DType = 'float32'> extends TensorType<D> {
  readonly graph: GraphBuilder
  readonly node: Node
  /** Which of the node's results this is. */
  readonly result: number
}

export type AnyValue = Value<DType>

export interface TensorSpec<D extends DType = DType> extends TensorType<D> {
  readonly name: string
}

/** A model in ONNX's binary form, with what goes in and comes out. */
export interface CompiledGraph {
  readonly name: string
  readonly bytes: Uint8Array
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

export class GraphBuilder {
  readonly name: string
  readonly #inputs = new Map<string, AnyValue>()
  readonly #outputs = new Map<string, AnyValue>()

  /** @param name - Shown in errors and written into the model. */
  constructor(name: string) {
    this.name = name
  }

  get inputs(): ReadonlyMap<string, AnyValue> {
    return this.#inputs
  }

  get outputs(): ReadonlyMap<string, AnyValue> {
    return this.#outputs
  }

  /** What is fed at each run. @throws {RangeError} The name is taken. */
  input<D extends DType>(name: string, dtype: D, shape: Shape): Value<D> {
    this.#checkName(name)
    checkShape(`input ${name}`, shape)
    const value = this.#value({ kind: 'input', name }, { dtype, shape: [...shape] }, 0)
    this.#inputs.set(name, value)
    return value
  }

  /**
   * Numbers that belong to the graph. The array is not copied: do not change it before `build`.
   *
   * @throws {ShapeError} The shape does not hold as many elements as `data` has.
   */
  constant<A extends TensorArray>(data: A, shape: Shape): Value<DTypeOf<A>> {
    return this.constantOf(tensor(data, [...shape]))
  }

  /** As {@link constant}, of the tensor's own element type, which an array alone does not always tell. */
  constantOf<D extends DType>(data: TensorData<D>): Value<D> {
    return this.#value({ kind: 'constant', data }, data, 0)
  }

  /** One number, of shape `[]`. */
  scalar(value: number): Value
  scalar<D extends DType>(value: number, dtype: D): Value<D>
  scalar(value: number, dtype: DType = 'float32'): AnyValue {
    const held = filled(dtype, [], value)
    return this.#value({ kind: 'constant', data: held }, held, 0)
  }

  /** Results of an operation; the `ops-*.ts` files wrap this. @throws as {@link Op.infer}. */
  apply<Attributes, Inputs extends readonly unknown[]>(
    op: Op<Attributes, Inputs>,
    inputs: ValuesOf<Inputs>,
    attributes: Attributes,
  ): readonly AnyValue[] {
    const values: readonly AnyValue[] = inputs
    for (const value of values) this.#checkOwn(op.name, value)
    const node = { kind: 'call', op: op as AnyOp, inputs: [...values], attributes } as const
    const types = node.op.infer(values, attributes)
    for (const { shape } of types) checkShape(op.name, shape)
    return types.map((type, result) => this.#value(node, type, result))
  }

  /** All results of a node of this graph, in order. */
  resultsOf(node: Extract<Node, { kind: 'call' }>): readonly AnyValue[] {
    return node.op.infer(node.inputs, node.attributes).map((type, result) => this.#value(node, type, result))
  }

  /** Names a value as a result of each run. @throws {RangeError} The name is taken. */
  output(name: string, value: AnyValue): void {
    this.#checkOwn(`output ${name}`, value)
    this.#checkName(name)
    this.#outputs.set(name, value)
  }

  /**
   * Emits what the outputs need; values that none of them uses are left out. All inputs stay, used or not.
   *
   * Cost: one copy of the constants.
   * @throws {RangeError} There is no output.
   */
  build(options: ModelOptions = {}): CompiledGraph {
    if (this.#outputs.size === 0) throw new RangeError(`graph ${this.name}: expected an output, got none`)
    const specs = (values: ReadonlyMap<string, AnyValue>): TensorSpec[] =>
      [...values].map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
    return {
      name: this.name,
      bytes: encodeModel(this, options),
      inputs: specs(this.#inputs),
      outputs: specs(this.#outputs),
    }
  }

  #value<D extends DType>(node: Node, { dtype, shape }: TensorType<D>, result: number): Value<D> {
    return { graph: this, node, dtype, shape, result }
  }

  #checkName(name: string): void {
    if (!/^[A-Za-z_][\w./-]*$/.test(name)) {
      throw new RangeError(`graph ${this.name}: expected a name of letters, digits and ._/-, got "${name}"`)
    }
    if (this.#inputs.has(name) || this.#outputs.has(name)) {
      throw new RangeError(`graph ${this.name}: the name ${name} is taken`)
    }
  }

  #checkOwn(where: string, value: AnyValue): void {
    if (value.graph !== this) {
      throw new RangeError(`${where}: a value of graph ${value.graph.name} was used in graph ${this.name}`)
    }
  }
}

function checkShape(where: string, shape: Shape): void {
  const isValid = shape.every((extent) => Number.isInteger(extent) && (extent >= 0 || isDynamic(extent)))
  if (!isValid || elementCount(shape) > Number.MAX_SAFE_INTEGER) {
    throw new ShapeError(where, 'of whole numbers from 0', shape)
  }
}

/** Applies an operation with one result. `D` is what the caller knows of its type, by what the operation is. */
export function apply<Attributes, Inputs extends readonly [TensorType, ...unknown[]], D extends DType>(
  op: Op<Attributes, Inputs>,
  inputs: ValuesOf<Inputs>,
  attributes: Attributes,
): Value<D> {
  return inputs[0].graph.apply(op, inputs, attributes)[0] as Value<D>
}
