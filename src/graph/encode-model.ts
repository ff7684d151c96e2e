/**
 * A graph as an ONNX model. The numbers in the calls are the field numbers of `onnx.proto`.
 *
 * Source: github.com/onnx/onnx, onnx/onnx.proto; https://github.com/onnx/onnx/blob/main/docs/Operators.md.
 */
import { extentName, isDynamic } from './dynamic-extent.ts'
import type { AnyValue, GraphBuilder, Node, OnnxAttribute, OnnxCall } from './graph.ts'
import { orderNodes } from './node-order.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import type { DType, Shape, TensorData, TensorType } from './tensor.ts'

/** The newest operator set that is used, unless another is asked for. */
const newestOperatorSet = 21

/** The version of the file format that came with an operator set. Source: https://github.com/onnx/onnx/blob/main/docs/Versioning.md. */
const irVersionOf = (operatorSet: number): number => (operatorSet >= 21 ? 10 : operatorSet >= 19 ? 9 : 8)

export interface ModelOptions {
  /** Written into the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * Operator set that the model asks for: fewer runtimes know a newer one. What the graph's operations mean must not have changed
   * since; `onnx.checker` is asked in the tests. From 18.
   */
  readonly operatorSet?: number
}

/** TensorProto.DataType */
const typeNumbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
}
/** AttributeProto.AttributeType */
const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 }

/** The model's bytes. Nodes that no output needs are left out. */
export function encodeModel(graph: GraphBuilder, options: ModelOptions = {}): Uint8Array {
  const { metadata = {}, operatorSet = newestOperatorSet } = options
  const body = new ProtobufWriter()
  const names = nameValues(graph)
  for (const node of orderNodes(graph.outputs.values())) {
    if (node.kind === 'call') writeCall(body, node, names)
    else if (node.kind === 'constant') writeTensor(body, names.of(node, 0), node.data)
  }
  for (const [name, value] of graph.outputs) {
    const inner = names.of(value.node, value.result)
    if (inner !== name) writeNode(body, { type: 'Identity' }, [inner], [name])
  }
  body.text(2, graph.name)
  for (const [name, value] of graph.inputs) body.message(11, valueInfo(name, value))
  for (const [name, value] of graph.outputs) body.message(12, valueInfo(name, value))
  const model = new ProtobufWriter()
    .int(1, irVersionOf(operatorSet))
    .text(2, 'plumbline')
    .message(7, body)
    .message(8, new ProtobufWriter().text(1, '').int(2, operatorSet))
  for (const [key, value] of Object.entries(metadata)) {
    model.message(14, new ProtobufWriter().text(1, key).text(2, value))
  }
  return model.finish()
}

/** Values by name: the name of an output where the value is one (and computed), else a number. `#` is in no user's name. */
function nameValues(graph: GraphBuilder): { of(node: Node, result: number): string } {
  const byNode = new Map<Node, Map<number, string>>()
  let count = 0
  const resultsOf = (node: Node): Map<number, string> => {
    let results = byNode.get(node)
    if (results === undefined) {
      results = new Map()
      byNode.set(node, results)
    }
    return results
  }
  for (const [name, { node, result }] of graph.outputs) {
    const results = resultsOf(node)
    if (node.kind === 'call' && !results.has(result)) results.set(result, name)
  }
  return {
    of(node, result) {
      if (node.kind === 'input') return node.name
      const results = resultsOf(node)
      let name = results.get(result)
      if (name === undefined) {
        name = `#${count++}`
        results.set(result, name)
      }
      return name
    },
  }
}

function writeCall(
  body: ProtobufWriter,
  node: Extract<Node, { kind: 'call' }>,
  names: ReturnType<typeof nameValues>,
): void {
  const call = node.op.emit(node.attributes, node.inputs)
  const resultCount = node.op.infer(node.inputs, node.attributes).length
  const outputs = Array.from({ length: resultCount }, (_, result) => names.of(node, result))
  const inputs = node.inputs
    .slice(0, call.inputCount)
    .map((value: AnyValue) => names.of(value.node, value.result))
  for (const [i, data] of (call.constants ?? []).entries()) {
    const name = data === null ? '' : `${outputs[0]}#${i}`
    if (data !== null) writeTensor(body, name, data)
    inputs.push(name)
  }
  writeNode(body, call, inputs, outputs)
}

function writeNode(
  body: ProtobufWriter,
  call: OnnxCall,
  inputs: readonly string[],
  outputs: readonly string[],
): void {
  const node = new ProtobufWriter()
  for (const name of inputs) node.text(1, name)
  for (const name of outputs) node.text(2, name)
  node.text(4, call.type)
  for (const [name, attribute] of Object.entries(call.attributes ?? {})) {
    node.message(5, attributeOf(name, attribute))
  }
  body.message(1, node)
}

function attributeOf(name: string, attribute: OnnxAttribute): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name)
  if ('float' in attribute) return message.float(2, attribute.float).int(20, attributeTypes.float)
  if ('int' in attribute) return message.int(3, attribute.int).int(20, attributeTypes.int)
  if ('dtype' in attribute) return message.int(3, typeNumbers[attribute.dtype]).int(20, attributeTypes.int)
  if ('text' in attribute) return message.text(4, attribute.text).int(20, attributeTypes.text)
  for (const value of attribute.ints) message.int(8, value)
  return message.int(20, attributeTypes.ints)
}

/** An initialiser, as raw little-endian bytes (every platform of Node is little-endian). */
function writeTensor(body: ProtobufWriter, name: string, { dtype, shape, data }: TensorData): void {
  const message = new ProtobufWriter()
  for (const extent of shape) message.int(1, extent)
  message.int(2, typeNumbers[dtype]).text(8, name)
  message.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  body.message(5, message)
}

function valueInfo(name: string, type: TensorType): ProtobufWriter {
  const tensorType = new ProtobufWriter().int(1, typeNumbers[type.dtype]).message(2, shapeOf(type.shape))
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType))
}

function shapeOf(shape: Shape): ProtobufWriter {
  const message = new ProtobufWriter()
  for (const extent of shape) {
    const dimension = new ProtobufWriter()
    message.message(1, isDynamic(extent) ? dimension.text(2, extentName(extent)) : dimension.int(1, extent))
  }
  return message
}
