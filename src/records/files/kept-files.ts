/** Pictures, maps, embeddings and masks by inspection. */
import { InputError } from '../../errors.ts'
import type { KeptFiles } from '../records.ts'
import type { Station } from '../station.ts'
import type { FileKind } from './file-store.ts'

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function keptFiles({ store, files }: Station): KeptFiles {
  const read = async (kind: FileKind, id: string, image: number): Promise<Uint8Array | undefined> => {
    const row = await store.db
      .selectFrom('kept_files')
      .innerJoin('inspections', 'inspections.seq', 'kept_files.inspection')
      .where('inspections.id', '=', id)
      .where('kept_files.image', '=', image)
      .where('kept_files.what', '=', kind)
      .select('kept_files.file')
      .executeTakeFirst()
    return row && (await files.read(kind, row.file))
  }
  return {
    picture: (id, image) => read('picture', id, image),
    map: (id, image) => read('map', id, image),
    async embedding(id, image) {
      const bytes = await read('embedding', id, image)
      return bytes && new Float32Array(new Uint8Array(bytes).buffer)
    },
    async saveMask(png) {
      if (Buffer.compare(png.subarray(0, pngStart.length), pngStart) !== 0) {
        throw new InputError('mask', 'expected a PNG')
      }
      return (await files.save('mask', png)).slice(0, 64)
    },
    mask: (hash) => files.read('mask', maskName(hash)),
  }
}

export const maskName = (hash: string): string => `${hash}.png`
