import { appendFile, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openResultFile } from '../../src/outputs/file/result-file.ts'
import { defaultPolicy, lineSignal } from '../../src/outputs/line-signal.ts'
import { resultMessage } from '../../src/outputs/message.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { sampleJudged } from './sample-judged.ts'
import { setUpOutputs, until } from './set-up-outputs.ts'

const config = { outputs: [{ type: 'file', name: 'lines', folder: 'results' }] }

describe('the result file', () => {
  it('has a line for each result in the file of its day', async () => {
    const folder = await temporaryFolder()
    const { outputs, outbox, put } = await setUpOutputs(config, {}, folder)
    put(sampleJudged(1), sampleJudged(2, { time: '2026-11-30T00:00:00.000Z' }), sampleJudged(3))
    await until(() => outbox.all.every(({ state }) => state === 'delivered'))
    await outputs.close()
    const results = join(folder, 'results')
    expect((await readdir(results)).sort()).toEqual(['results-2026-11-29.jsonl', 'results-2026-11-30.jsonl'])
    const lines = (await readFile(join(results, 'results-2026-11-29.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).part)).toEqual(['P-1', 'P-3'])
    expect(JSON.parse(lines[0]!)).toMatchObject({ station: 'station', signal: { action: 'reject' } })
  })

  it('ends a line that a crash cut off', async () => {
    const folder = await temporaryFolder()
    const first = await setUpOutputs(config, {}, folder)
    first.put(sampleJudged(1))
    await until(() => first.outbox.all.every(({ state }) => state === 'delivered'))
    await first.outputs.close()
    const path = join(folder, 'results/results-2026-11-29.jsonl')
    await appendFile(path, '{"type":"inspec')
    const second = await setUpOutputs(config, {}, folder)
    second.put(sampleJudged(2))
    await until(() => second.outbox.all.every(({ state }) => state === 'delivered'))
    await second.outputs.close()
    const lines = (await readFile(path, 'utf8')).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toBe('{"type":"inspec')
    expect(JSON.parse(lines[2]!).part).toBe('P-2')
  })

  it('writes what comes at once line by line, through one open file', async () => {
    const folder = await temporaryFolder()
    const output = openResultFile(folder, 'station')
    const descriptors = async (): Promise<number> => {
      const names = await readdir('/proc/self/fd')
      const targets = await Promise.all(
        names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => 'closed meanwhile')),
      )
      return targets.filter((target) => target.startsWith(folder)).length
    }
    const signal = lineSignal('anomalous', defaultPolicy)
    const messages = [1, 2, 3, 4].map((i) => ({ message: resultMessage(sampleJudged(i), true), signal }))
    await Promise.all(messages.map((told) => output.deliver(told, new AbortController().signal)))
    if (process.platform === 'linux') expect(await descriptors()).toBe(1)
    await output.close()
    const [name = ''] = await readdir(folder)
    const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).part)).toEqual(['P-1', 'P-2', 'P-3', 'P-4'])
  })

  it('keeps letters while the folder cannot be made', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'results'), 'a file in the way')
    const { outputs, outbox, put } = await setUpOutputs(config, {}, folder)
    put(sampleJudged(1))
    await until(() => (outbox.all[0]?.attempts ?? 0) > 1)
    expect(outbox.all[0]).toMatchObject({ state: 'waiting', lastError: expect.stringContaining('folder') })
    expect((await outputs.figures())[0]).toMatchObject({ state: 'down' })
    await outputs.close(0)
  })
})
