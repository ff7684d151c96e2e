/** Jobs with their progress in words and numbers, and what came of them. */
import type { Job, JobRecord } from '../../../wire/jobs.ts'
import { InEnglish } from '../../parts/in-english.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { address } from '../../state/route.ts'
import { training } from '../../state/training.ts'
import { moment, number, say, sayOr } from '../../words/language.ts'

export function Jobs({
  list,
  onChange,
}: {
  readonly list: readonly JobRecord[]
  readonly onChange: () => void
}) {
  const { trouble, run } = useAttempt()
  if (list.length === 0) return <p class="muted">{say('train.noJobs')}</p>
  return (
    <>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      <ul class="proposals">
        {list.map((record) => (
          <li key={record.id} class="panel" data-state={record.state} data-job={record.id}>
            <p>
              <b>
                {say(`job.${record.job.kind}`)}{' '}
                {'dataset' in record.job ? record.job.dataset : record.job.run}
              </b>
              <span class="state">{say(`jobState.${record.state}`)}</span>
            </p>
            <Progress record={record} />
            <Result record={record} />
            {record.error !== null && (
              <p class="trouble">
                <InEnglish>{record.error.message}</InEnglish>
              </p>
            )}
            {record.state === 'done' && 'name' in record.job && record.job.kind === 'evaluate' && (
              <a href={address(['runs', record.job.name])}>{say('train.seeRun')}</a>
            )}
            {record.state === 'done' && record.job.kind === 'evaluate' && may('admin') && (
              <button type="button" onClick={() => run(() => trainFrom(record.job).then(onChange))}>
                {say('train.fromRun')}
              </button>
            )}
            <small>
              {record.by}, <time dateTime={record.createdAt}>{moment(record.createdAt)}</time> ·{' '}
              {say('train.manners', { n: record.manners.threads })}
            </small>
            {(record.state === 'waiting' || record.state === 'running') && may('admin') && (
              <button
                type="button"
                onClick={() =>
                  run(async () => {
                    await training.cancel(record.id)
                    onChange()
                  })
                }
              >
                {say('cancel')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What came of it, as far as it can be said in a line. */
function Result({ record: { job, result } }: { readonly record: JobRecord }) {
  if (result === null) return null
  if (job.kind === 'evaluate')
    return (
      <p>
        <InEnglish>{String(result.verdict ?? '')}</InEnglish>
      </p>
    )
  if (job.kind !== 'check') return null
  return (
    <p>
      {typeof result.worst === 'string' ? (
        <>
          {say('train.findings', { n: Number(result.findings) })}: {sayOr(`finding.${result.worstId}`, '')}{' '}
          <InEnglish>{result.worst}</InEnglish>
        </>
      ) : (
        say('runs.noFindings')
      )}
    </p>
  )
}

/** A model of the options of an evaluation, with its figures in the card. */
async function trainFrom(job: Job): Promise<void> {
  if (job.kind !== 'evaluate') return
  const { dataset, name, partPattern } = job
  await training.start({ kind: 'train', dataset, name, fromRun: name, ...(partPattern && { partPattern }) })
}

function Progress({ record: { state, progress } }: { readonly record: JobRecord }) {
  if (state !== 'running' || progress === null) return null
  const { label, unit, done, total, detail } = progress
  return (
    <div role="status">
      <p>
        <InEnglish>
          {label}: {number(done)}
          {total === null ? '' : ` / ${number(total)}`} {unit}
          {detail !== null && `, ${detail}`}
        </InEnglish>
      </p>
      {total !== null && total > 0 && <progress value={done} max={total} aria-label={label} />}
    </div>
  )
}
