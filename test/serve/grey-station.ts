/** Stations whose models give the mean grey level of a picture: verdicts that can be worked out by hand, in no time. */
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { saveModel } from '../../src/detector/model-folder.ts'
import type { Signer } from '../../src/files/signature.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import type { Image } from '../../src/image/image.ts'
import type { ServeOptions } from '../../src/options/requests/serve.ts'
import { openStation, type Station } from '../../src/serve/open-station.ts'
import type { ModelCard } from '../../src/wire/model.ts'
import { modelFacts } from '../helpers/model-card.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { meanGrey } from '../inspect/fake-detector.ts'

export interface GreyModel {
  /** Added to the mean grey level. */
  readonly offset?: number
  readonly threshold?: number | null
  readonly review?: number | null
  readonly partScore?: string
  /** How pixels of more than 8 bits are read; default as of 16 bits. */
  readonly pixels?: ModelCard['pixels']
  /** Default nobody. */
  readonly signer?: Signer
}

/** A model of 16x16 pixels: anomalous from a mean grey level of 150, to be reviewed from 100. */
export async function saveGreyModel(folder: string, model: GreyModel = {}): Promise<ModelCard> {
  const { offset = 0, threshold = 150, review = 100, partScore = 'max', signer = null, pixels } = model
  const facts = modelFacts({
    detector: { id: 'mean-grey', version: 1, options: { offset } },
    input: { width: 16, height: 16, fit: 'pad' },
    threshold:
      threshold === null
        ? null
        : {
            ...{ policy: 'youden', value: threshold, review, guarantee: 'none', level: 'image', partScore },
            ...{ nominal: 20, anomalous: 20, source: 'a test' },
          },
    regions: { level: 200, images: 20 },
    mapScale: { low: 0, high: 255 },
    ...(pixels !== undefined && { pixels }),
  })
  const files = new Map([['mean.bin', new TextEncoder().encode(`mean-grey ${offset}\n`)]])
  return saveModel(folder, facts, files, { signer })
}

export const greyPixels = (level: number, width = 16, height = 16): Image => ({
  ...{ width, height },
  data: new Uint8Array(3 * width * height).fill(level),
})

/** A PNG of one grey level, which is its score. */
export const greyPng = async (level: number, width = 16, height = 16): Promise<Buffer> =>
  Buffer.from(await encodePng(greyPixels(level, width, height)))

export interface TestedStation extends Station {
  readonly log: readonly string[]
  readonly notes: readonly string[]
}

const opened: Station[] = []
afterAll(async () => {
  for (const station of opened) await station.close()
})

/** On any free port, in a folder of its own, with one model `grey` where none is named. */
export async function openGreyStation(options: Partial<ServeOptions> = {}): Promise<TestedStation> {
  const folder = temporaryFolder()
  const model = join(folder, 'grey')
  const namesModel = 'model' in options || 'models' in options
  if (!namesModel) await saveGreyModel(model)
  const log: string[] = []
  const notes: string[] = []
  const station = await openStation(
    { ...(namesModel ? {} : { model }), data: join(folder, 'data'), port: 0, threads: 1, ...options },
    {
      now: () => new Date(),
      log: (line) => void log.push(line),
      isQuiet: false,
      note: (message) => void notes.push(message),
      methods: [meanGrey],
    },
  )
  opened.push(station)
  return { ...station, log, notes }
}

export interface FormFile {
  readonly name?: string
  readonly filename: string
  readonly bytes: Uint8Array
  readonly type?: string
}

/** A multipart form as bytes, with its header. */
export function formOf(
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
): { payload: Buffer; headers: { 'content-type': string } } {
  const boundary = '----plumbline-test'
  const chunks: Buffer[] = []
  for (const [name, value] of Object.entries(fields))
    chunks.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    )
  for (const { name = 'image', filename, bytes, type = 'image/png' } of files)
    chunks.push(
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: ${type}\r\n\r\n`,
      ),
      Buffer.from(bytes),
      Buffer.from('\r\n'),
    )
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return {
    payload: Buffer.concat(chunks),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}
