/**
 * Writes protobuf's wire format: enough of it for ONNX.
 *
 * Parts are collected as views and joined once, so that large tensors are copied exactly once.
 * Source: protobuf.dev/programming-guides/encoding.
 */
const varintType = 0
const bytesType = 2
const fixed32Type = 5
const textEncoder = new TextEncoder()

export class ProtobufWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Signed 64-bit: negative numbers take ten bytes, in two's complement. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, varintType)
    return this.#varint(BigInt.asUintN(64, BigInt(value)))
  }

  /** Always written, 0 as well: inside a `oneof` absence means something else. */
  float(field: number, value: number): this {
    this.#tag(field, fixed32Type)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.#push(bytes)
  }

  text(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value))
  }

  /** `value` is kept, not copied, until `finish`. */
  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, bytesType)
    this.#varint(BigInt(value.byteLength))
    return this.#push(value)
  }

  message(field: number, value: ProtobufWriter): this {
    this.#tag(field, bytesType)
    this.#varint(BigInt(value.#length))
    for (const part of value.#parts) this.#push(part)
    return this
  }

  /** Joins everything written. */
  finish(): Uint8Array {
    const all = new Uint8Array(this.#length)
    let position = 0
    for (const part of this.#parts) {
      all.set(part, position)
      position += part.byteLength
    }
    return all
  }

  #tag(field: number, type: number): this {
    return this.#varint(BigInt(field * 8 + type))
  }

  #varint(value: bigint): this {
    const bytes: number[] = []
    let rest = value
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    return this.#push(Uint8Array.from(bytes))
  }

  #push(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    this.#length += bytes.byteLength
    return this
  }
}
