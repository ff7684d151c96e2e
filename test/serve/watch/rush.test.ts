/** A rush of files into the watched folder of a station that is killed in it, its clock set back. `scripts/station/watch.ts` does it with 10,000. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { saveSmallModel } from '../../../scripts/station/small-model.ts'
import { watchRounds } from '../../../scripts/station/watch-rounds.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

it('judges every file once', async () => {
  const folder = temporaryFolder()
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const summary = await watchRounds({ folder, model, files: 80, kills: 2 })
  expect(summary).toMatchObject({ files: 80, kills: 2, missed: 0, unrecorded: 0, doubled: 0 })
}, 180_000)
