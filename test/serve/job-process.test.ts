/** Jobs for real: asked for over HTTP, done by the process of its own, on a dataset that was forged for it. `jobs.test.ts` has `check`. */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/detector/model-folder.ts'
import { readTrustedKey } from '../../src/files/signature.ts'
import { simulateDataset } from '../../src/pipeline.ts'
import { type Job, type JobRecord, jobRecordSchema } from '../../src/wire/jobs.ts'
import { runImageSchema, runSummarySchema } from '../../src/wire/serve/runs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { openGreyStation, saveGreyModel, type TestedStation } from './grey-station.ts'
import { jobPatience, jobTimeout } from './job-patience.ts'

const looking = { detector: 'patchcore', backbone: 'filterbank', size: '64' } as const

let folders: { readonly datasets: string; readonly runs: string; readonly models: string }
const openStation = (more: { readonly data?: string; readonly sign?: string } = {}): Promise<TestedStation> =>
  openGreyStation({ ...folders, model: join(folders.models, 'grey'), ...more })

beforeAll(async () => {
  const home = temporaryFolder()
  folders = { datasets: join(home, 'datasets'), runs: join(home, 'runs'), models: join(home, 'models') }
  for (const folder of Object.values(folders)) mkdirSync(folder)
  await saveGreyModel(join(folders.models, 'grey'))
  await simulateDataset({
    ...{ out: join(folders.datasets, 'week-1'), parts: 40, defectiveParts: 20, imagesPerPart: 1 },
    ...{ size: { width: 96, height: 128 }, angles: [0, 0], threads: 1 },
  })
}, 60_000)

async function ask({ app }: TestedStation, job: Job): Promise<string> {
  const response = await app.inject({ method: 'POST', url: '/v1/jobs', payload: job })
  return jobRecordSchema.parse(response.json()).id
}

const find = async ({ app }: TestedStation, id: string): Promise<JobRecord> =>
  jobRecordSchema.parse((await app.inject(`/v1/jobs/${id}`)).json())

/** Until it has ended. */
async function end(station: TestedStation, id: string): Promise<JobRecord> {
  await expect.poll(async () => (await find(station, id)).endedAt, jobPatience).not.toBeNull()
  return find(station, id)
}

describe('jobs of a station', () => {
  it(
    'prepare, train, evaluate and diagnose, one after the other',
    async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const [sign, trust] = ['key.pem', 'key.pub.pem'].map((name) => join(temporaryFolder(), name)) as [
        string,
        string,
      ]
      writeFileSync(sign, privateKey.export({ type: 'pkcs8', format: 'pem' }))
      writeFileSync(trust, publicKey.export({ type: 'spki', format: 'pem' }))
      const station = await openStation({ sign })
      const jobs: readonly Job[] = [
        { kind: 'prepare', dataset: 'week-1', name: 'centred', center: true },
        { kind: 'train', dataset: 'centred', name: 'line-4', ...looking },
        { kind: 'evaluate', dataset: 'centred', name: 'trial', folds: 2, keepModels: true, ...looking },
        { kind: 'diagnose', run: 'trial', images: 8 },
      ]
      const ids: string[] = []
      for (const job of jobs) {
        // What a job names must be there when it is asked for.
        ids.push(await ask(station, job))
        await end(station, ids.at(-1)!)
      }
      const ended = await Promise.all(ids.map((id) => find(station, id)))
      expect(ended.map(({ state, error }) => error?.message ?? state)).toEqual(jobs.map(() => 'done'))
      const [prepared, trained, evaluated, diagnosed] = ended.map(({ result }) => result)
      expect(prepared).toMatchObject({ dataset: 'centred', prepared: 60 })
      expect(trained).toMatchObject({ model: 'line-4', threshold: expect.any(Number) })
      expect(evaluated).toMatchObject({ run: 'trial', verdict: expect.stringMatching(/\w/) })
      expect(diagnosed).toMatchObject({ run: 'trial', findings: expect.any(Number) })
      const runs = runSummarySchema.array().parse((await station.app.inject('/v1/runs')).json())
      expect(runs.map(({ id }) => id)).toEqual(['trial'])
      const images = runImageSchema.array().parse((await station.app.inject('/v1/runs/trial/images')).json())
      const { image, judged } = images[0]!
      const kind = async (what: string): Promise<string> => {
        const { statusCode, headers } = await station.app.inject(`/v1/runs/trial/${what}`)
        return statusCode === 200 ? String(headers['content-type']) : `${statusCode}`
      }
      expect(await kind(`maps/${judged[0]!.fold}/${image}`)).toBe('image/webp')
      expect(await kind(`photographs/${image}`)).toBe('image/png')
      expect(await kind(`thumbnails/${image}?side=32`)).toBe('image/webp')
      // Neither out of the folders of the station, nor into one of its own files that is no picture.
      for (const path of ['../../../../etc/hostname', '../../session-key', 'manifest.csv', 'none.png'])
        expect(await kind(`photographs/${encodeURIComponent(path)}`)).toBe('404')
      const outlines = await Promise.all(
        images.map(async ({ image }) =>
          (await station.app.inject(`/v1/runs/trial/outlines/${image}`)).json(),
        ),
      )
      expect(outlines.some((each) => each !== null && each.outline !== null)).toBe(true)
      await expect
        .poll(async () => (await station.app.inject('/v1/models')).json(), jobPatience)
        .toMatchObject({ models: expect.arrayContaining([expect.objectContaining({ id: 'line-4' })]) })
      const { card } = await loadModel(join(folders.models, 'line-4'), await readTrustedKey(trust))
      expect(card.detector.id).toBe('patchcore')
    },
    jobTimeout,
  )

  it(
    'end what is cancelled, and keep what it had done',
    async () => {
      const station = await openStation()
      const id = await ask(station, {
        ...{ kind: 'evaluate', dataset: 'week-1', name: 'cut-off', folds: 50, ...looking },
      })
      await expect
        .poll(() => existsSync(join(folders.runs, 'cut-off', 'config.json')), jobPatience)
        .toBe(true)
      await station.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })
      expect(await end(station, id)).toMatchObject({ state: 'cancelled', starts: 1, result: null })
      expect(existsSync(join(folders.runs, 'cut-off', 'evaluation.json'))).toBe(false)
    },
    jobTimeout,
  )

  it(
    'go on after a restart',
    async () => {
      const data = join(temporaryFolder(), 'data')
      const before = await openStation({ data })
      const id = await ask(before, {
        ...{ kind: 'evaluate', dataset: 'week-1', name: 'long', folds: 5, ...looking },
      })
      await expect.poll(async () => (await find(before, id)).progress?.label, jobPatience).toMatch(/fold/)
      await before.close()
      expect(existsSync(join(folders.runs, 'long', 'evaluation.json'))).toBe(false)
      const after = await openStation({ data })
      expect(await end(after, id)).toMatchObject({ state: 'done', starts: 2, error: null })
      expect(existsSync(join(folders.runs, 'long', 'evaluation.json'))).toBe(true)
    },
    jobTimeout,
  )
})
