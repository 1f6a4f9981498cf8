import { IconCpu } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { systemClock } from '#base/clock.js';
import type { ServiceHealth } from '#contracts/service-health.js';
import { useCameras, useSystem } from '../../api/queries.js';
import type { Camera, System } from '../../api/types.js';
import { cameraStateOf } from '../../ui/camera-state.js';
import { Page } from '../../ui/page.js';
import { profileLabel } from '../../ui/profiles.js';
import { StateDot } from '../../ui/state-dot.js';
import { Empty, Failed, LoadingRows } from '../../ui/states.js';
import { bytesOf, spanOf } from '../../ui/time.js';
import { useObservable } from '../../updates/observable.js';
import { useActivity, useHealth, useUpdates } from '../../updates/updates.js';
import { HealthStrip } from '../wall/health-strip.js';
import { StorageCard } from './storage-card.js';
import { SystemTabs } from './system-tabs.js';
import classes from './system-screen.module.css';

const expected = ['ingest', 'inference', 'tracker', 'dashboard'] as const;

/** How the machine behind the pictures is doing. */
export function SystemScreen() {
  const polled = useSystem();
  const live = useObservable(useUpdates().system);
  const cameras = useCameras();
  const services = live?.services ?? polled.data?.services ?? [];
  const queues = live?.queues ?? polled.data?.queues ?? [];
  return (
    <Page title="System" detail={memoryOf(services)}>
      <SystemTabs />
      <HealthStrip />
      {polled.isPending && <LoadingRows rows={4} heightPx={72} />}
      {polled.isError && <Failed error={polled.error} onRetry={() => void polled.refetch()} />}
      {polled.isSuccess && (
        <>
          <Services services={services} />
          <StorageCard />
          <div className={classes.columns}>
            <Queues queues={queues} />
            <Cameras cameras={cameras.data ?? []} />
          </div>
        </>
      )}
    </Page>
  );
}

function memoryOf(services: readonly ServiceHealth[]): string | undefined {
  if (services.length === 0) return undefined;
  return `${bytesOf(services.reduce((sum, service) => sum + service.rssBytes, 0))} of memory together`;
}

function Services({ services }: { readonly services: readonly ServiceHealth[] }) {
  const nowMs = systemClock.nowMs();
  const missing = expected.filter((name) => services.every((service) => service.service !== name));
  return (
    <section aria-label="Services">
      <ul className={classes.services}>
        {missing.map((name) => (
          <li key={name} className={classes.service} data-tone="critical">
            <h2>{title(name)}</h2>
            <p>No sign of life</p>
          </li>
        ))}
        {services.map((service) => (
          <li key={`${service.service}-${service.instance}`} className={classes.service}>
            <h2>
              {title(service.service)}
              {service.provider !== null && (
                <span className={classes.provider}>
                  <IconCpu size={14} aria-hidden /> {service.provider.toUpperCase()} · {service.sessions}{' '}
                  {service.sessions === 1 ? 'session' : 'sessions'}
                </span>
              )}
            </h2>
            <ModelProblems problems={service.problems ?? []} />
            <dl>
              <Fact label="Memory" value={bytesOf(service.rssBytes)} />
              <Fact label="Up for" value={spanOf(nowMs - service.startedAtMs)} />
              <Fact label="Event loop p99" value={`${service.eventLoopP99Ms.toFixed(0)} ms`} />
              {service.service !== 'dashboard' && (
                <Fact label="Frames" value={`${service.framesPerSec.toFixed(1)}/s`} />
              )}
            </dl>
            <ProvidersNotUsed providers={service.notUsed ?? []} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Models that an inference process cannot run now; something else stands in for each. */
/** Where a graphics card was meant to work, this is why it does not; elsewhere nobody needs it. */
function ProvidersNotUsed({
  providers,
}: {
  readonly providers: readonly { readonly provider: string; readonly problem: string }[];
}) {
  if (providers.length === 0) return null;
  const names = providers.map(({ provider }) => provider.toUpperCase()).join(' and ');
  return (
    <details className={classes.notUsed}>
      <summary>Why not {names}</summary>
      {providers.map(({ provider, problem }) => (
        <p key={provider}>
          {provider.toUpperCase()}: {problem}
        </p>
      ))}
    </details>
  );
}

function ModelProblems({ problems }: { readonly problems: NonNullable<ServiceHealth['problems']> }) {
  if (problems.length === 0) return null;
  return (
    <div className={classes.problems} role="status">
      {problems.map(({ profile, modelId, problem }) => (
        <p key={`${profile} ${modelId ?? ''}`}>
          <strong>{profileLabel(profile)}</strong> {problem}
        </p>
      ))}
    </div>
  );
}

function title(service: string): string {
  return service.charAt(0).toUpperCase() + service.slice(1);
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

function Queues({ queues }: { readonly queues: System['queues'] }) {
  return (
    <section className={classes.card} aria-label="Queues">
      <h2>Queues</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Waiting</th>
            <th scope="col">Active</th>
            <th scope="col">Failed</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.name}>
              <td>{queue.name}</td>
              <td>{queue.waiting.toLocaleString()}</td>
              <td>{queue.active.toLocaleString()}</td>
              <td data-tone={queue.failed > 0 ? 'critical' : undefined}>{queue.failed.toLocaleString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cameras({ cameras }: { readonly cameras: readonly Camera[] }) {
  return (
    <section className={classes.card} aria-label="Cameras">
      <h2>Cameras</h2>
      {cameras.length === 0 ? (
        <Empty
          icon={<IconCpu size={24} aria-hidden />}
          title="No cameras yet"
          text="Each camera's frames in, frames analysed and losses are listed here."
        />
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col">In</th>
              <th scope="col">To analysis</th>
              <th scope="col">Analysed</th>
              <th scope="col">Still</th>
              <th scope="col">Dropped</th>
              <th scope="col">Under way</th>
              <th scope="col">Reconnects</th>
            </tr>
          </thead>
          <tbody>
            {cameras.map((camera) => (
              <CameraRow key={camera.id} camera={camera} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function CameraRow({ camera }: { readonly camera: Camera }) {
  const health = useHealth(camera);
  const activity = useActivity(camera.id);
  return (
    <tr>
      <td>
        <Link to="/cameras/$id" params={{ id: camera.id }}>
          {camera.name}
        </Link>
      </td>
      <td>
        <StateDot state={cameraStateOf(camera, health, systemClock.nowMs())} withLabel />
      </td>
      <td>{health === null ? '–' : `${health.fpsIn.toFixed(1)}/s`}</td>
      <td>{health === null ? '–' : `${health.fpsCaptured.toFixed(1)}/s`}</td>
      <td>{activity === null ? '–' : `${activity.analysedPerSec.toFixed(1)}/s`}</td>
      <td>{activity === null ? '–' : (activity.counts.still ?? 0).toLocaleString()}</td>
      <td>{activity === null ? '–' : <Drops dropped={activity.counts.dropped} />}</td>
      <td>{health?.inFlight ?? '–'}</td>
      <td>{health?.reconnects ?? '–'}</td>
    </tr>
  );
}

/** How many frames were not analysed, and why. */
function Drops({ dropped }: { readonly dropped: Readonly<Record<string, number>> }) {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      {total.toLocaleString()}
      {total > 0 && (
        <div className={classes.reasons}>
          {reasons.map(([reason, count]) => `${count.toLocaleString()} ${reason}`).join(', ')}
        </div>
      )}
    </>
  );
}
