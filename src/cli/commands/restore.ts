import { restoreAsk } from '../../options/requests/restore.ts'
import { defineCommand } from '../command.ts'

export const restore = defineCommand({
  name: 'restore',
  summary: "A station's records and kept files, from a backup",
  description: [
    'The backup may be of an older version, and of the other database: this is also how records move from SQLite to PostgreSQL and back. Everything is checked against its hashes. Where there are records already, nothing is done.',
  ],
  options: restoreAsk.options,
  examples: ['plumbline restore backups/2026-11-29 --data /srv/line-3'],
  async run(values, { request, task }) {
    const { restoreStation } = await import('../../pipeline.ts')
    const restored = await restoreStation(request(values), task)
    const text = `${values.data}: ${restored.inspections} inspections and ${restored.files} files\n`
    return { json: restored, text }
  },
})
