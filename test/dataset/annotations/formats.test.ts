/** Masks made elsewhere, in the forms that other programs write; packers written from the formats' own descriptions. */

import { describe, expect, it } from 'vitest'
import type { Annotations } from '../../../src/dataset/annotations/annotation.ts'
import { cocoSchema, readCoco, unpackCounts } from '../../../src/dataset/annotations/coco.ts'
import { readCvat } from '../../../src/dataset/annotations/cvat.ts'
import { fillRegion } from '../../../src/dataset/annotations/fill-region.ts'
import {
  labelStudioSchema,
  readLabelStudio,
  unpackBrush,
} from '../../../src/dataset/annotations/label-studio.ts'
import { InputError } from '../../../src/errors.ts'
import type { Mask } from '../../../src/image/image.ts'
import { matchMasks } from '../../../src/prepare/masks/match-masks.ts'
import type { NamedMask } from '../../../src/prepare/masks/named-mask.ts'
import fc from '../../fast-check.ts'

/** Rows of `#` and `.`. */
function drawn({ images }: Annotations, width: number, height: number): string[] {
  const mask: Mask = { width, height, data: new Uint8Array(width * height) }
  for (const { region } of images[0]!.regions) fillRegion(mask, region)
  return Array.from({ length: height }, (_, y) =>
    [...mask.data.subarray(y * width, (y + 1) * width)].map((bit) => (bit === 1 ? '#' : '.')).join(''),
  )
}

/** As `rleToString` of cocoapi's maskApi.c does it. */
function packCounts(counts: readonly number[]): string {
  let text = ''
  for (const [i, count] of counts.entries()) {
    let value = i > 2 ? count - counts[i - 2]! : count
    for (let more = true; more; ) {
      let bits = value & 31
      value >>= 5
      more = (bits & 16) !== 0 ? value !== -1 : value !== 0
      if (more) bits |= 32
      text += String.fromCharCode(bits + 48)
    }
  }
  return text
}

/** As `encode_rle` of label-studio-converter does it: words of 8 bits, run lengths of 4, 5, 9 or 17 bits. */
function packBrush(bytes: Uint8Array): number[] {
  const bits: number[] = []
  const put = (value: number, count: number): void => {
    for (let k = count - 1; k >= 0; k--) bits.push(Math.floor(value / 2 ** k) % 2)
  }
  const sizes = [3, 4, 8, 16]
  put(bytes.length, 32)
  put(7, 5)
  for (const size of sizes) put(size - 1, 4)
  for (let at = 0; at < bytes.length; ) {
    let end = at + 1
    while (end < bytes.length && bytes[end] === bytes[at] && end - at < 65536) end++
    const which = sizes.findIndex((size) => end - at - 1 < 2 ** size)
    put(1, 1)
    put(which, 2)
    put(end - at - 1, sizes[which]!)
    put(bytes[at]!, 8)
    at = end
  }
  while (bits.length % 8 !== 0) bits.push(0)
  return Array.from({ length: bits.length / 8 }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2),
  )
}

const coco = (annotations: readonly unknown[]) =>
  cocoSchema.parse({
    images: [{ id: 7, file_name: 'a.png', width: 4, height: 3 }],
    annotations: annotations.map((segmentation) => ({ image_id: 7, segmentation, category_id: 1 })),
  })

describe('annotations of COCO', () => {
  it('pack run lengths into text and back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 30 }), (counts) => {
        expect(unpackCounts(packCounts(counts))).toEqual(counts)
      }),
    )
  })

  it('run down the columns, outside first', async () => {
    const counts = [4, 2, 2, 4]
    const expected = ['...#', '.#.#', '.###']
    for (const each of [counts, packCounts(counts)]) {
      const masks = readCoco('a.json', coco([{ size: [3, 4], counts: each }]))
      expect(drawn(masks, 4, 3)).toEqual(expected)
    }
  })

  it('join the polygons of all annotations of an image', async () => {
    const masks = readCoco('a.json', coco([[[0, 0, 2, 0, 2, 1, 0, 1]], [[3, 1, 4, 1, 4, 3, 3, 3]]]))
    expect(drawn(masks, 4, 3)).toEqual(['##..', '...#', '...#'])
  })

  it('refuse run lengths of another size', () => {
    expect(() => readCoco('a.json', coco([{ size: [3, 4], counts: [4, 2] }]))).toThrow(InputError)
  })
})

const task = (result: readonly unknown[], image = '/data/upload/1/0a1b2c3d-a%20b.png') =>
  labelStudioSchema.parse([
    { data: { image }, annotations: [{ was_cancelled: true, result: [] }, { result }] },
  ])
const value = (type: string, fields: Readonly<Record<string, unknown>>) => ({
  type,
  original_width: 4,
  original_height: 4,
  value: fields,
})

describe('exports of Label Studio', () => {
  it('unpack brush strokes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (bytes, times) => {
        const stretched = Uint8Array.from(
          { length: times * bytes.length },
          (_, i) => bytes[Math.floor(i / times)]!,
        )
        expect(unpackBrush(packBrush(stretched))).toEqual(stretched)
      }),
    )
  })

  it('take the alpha of brush labels', async () => {
    const rgba = new Uint8Array(64)
    for (const i of [5, 6, 9]) rgba[4 * i + 3] = 255
    const masks = readLabelStudio('a.json', task([value('brushlabels', { rle: packBrush(rgba) })]))
    expect(masks.images[0]!.name).toBe('/data/upload/1/0a1b2c3d-a b.png')
    expect(drawn(masks, 4, 4)).toEqual(['....', '.##.', '.#..', '....'])
  })

  it('read shapes in percent, and pass over what has no area', async () => {
    const shapes = [
      value('rectanglelabels', { x: 0, y: 0, width: 50, height: 25, rotation: 0 }),
      value('polygonlabels', { points: [[50, 50], [100, 50], [100, 100], [50, 100]] }), // biome-ignore format: one shape
      value('keypointlabels', { x: 10, y: 90, width: 1 }),
      { type: 'choices', value: { choices: ['good'] } },
    ]
    expect(drawn(readLabelStudio('a.json', task(shapes)), 4, 4)).toEqual(['##..', '....', '..##', '..##'])
    const ellipse = value('ellipselabels', { x: 50, y: 50, radiusX: 50, radiusY: 25, rotation: 90 })
    expect(drawn(readLabelStudio('a.json', task([ellipse])), 4, 4)).toEqual(['.##.', '.##.', '.##.', '.##.'])
  })
})

describe('annotations of CVAT', () => {
  it('read masks, polygons and boxes of each image', async () => {
    const xml = `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version>
<image id="0" name="lot &amp; 1/a.png" width="5" height="4">
  <mask label="part" source="manual" rle="1, 2, 1, 2" left="1" top="1" width="3" height="2" z_order="0"></mask>
  <box label="part" xtl="0.0" ytl="3.0" xbr="1.0" ybr="4.0"/>
  <polygon label="part" points="4.0,0.0;5.0,0.0;5.0,1.0;4.0,1.0"/>
</image>
<image id="1" name="b.png" width="5" height="4"/>
</annotations>`
    const masks = readCvat('a.xml', xml)
    expect(masks.images.map(({ name, regions }) => [name, regions.length])).toEqual([
      ['lot & 1/a.png', 3],
      ['b.png', 0],
    ])
    expect(drawn(masks, 5, 4)).toEqual(['....#', '..##.', '..##.', '#....'])
  })

  it('name the image that makes no sense', () => {
    const xml =
      '<annotations><image name="a.png" width="5" height="4"><box xtl="x" ytl="0" xbr="1" ybr="1"/></image></annotations>'
    expect(() => readCvat('a.xml', xml)).toThrow('a.xml: image a.png: expected numbers, got "x"')
  })
})

describe('matchMasks', () => {
  const named = (...names: string[]): NamedMask[] =>
    names.map((name) => ({ name, mask: { kind: 'file', path: name } }))
  const match = (ids: readonly string[], ...names: string[]) => {
    const { masks, missing, extra } = matchMasks(ids, named(...names))
    return { pairs: [...masks].map(([id, mask]) => [id, mask.kind === 'file' && mask.path]), missing, extra }
  }

  it('goes by the end of the path, and by no end that two images share', () => {
    expect(
      match(['good/1.png', 'bad/1.png', 'bad/2.jpg'], 'masks/good/1.png', '2_mask.png', '1.png', '3.png'),
    ).toEqual({
      pairs: [
        ['good/1.png', 'masks/good/1.png'],
        ['bad/2.jpg', '2_mask.png'],
      ],
      missing: ['bad/1.png'],
      extra: ['1.png', '3.png'],
    })
  })

  it('knows names that Label Studio lengthened, and takes the first of two masks', () => {
    expect(match(['a.png'], '/data/upload/1/0a1b2c3d-a.png', 'a.png')).toEqual({
      pairs: [['a.png', '/data/upload/1/0a1b2c3d-a.png']],
      missing: [],
      extra: ['a.png'],
    })
  })
})
