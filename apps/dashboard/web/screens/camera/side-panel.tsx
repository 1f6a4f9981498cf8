import { getRouteApi } from '@tanstack/react-router';
import type { Camera } from '../../api/types.js';
import { OnlyAdmins } from '../../app/only-admins.js';
import { profileLabel } from '../../ui/profiles.js';
import type { CameraActivity } from '../../updates/updates-link.js';
import { useActivity, useHealth } from '../../updates/updates.js';
import { useAnalysisNote } from '../../updates/use-analysis-note.js';
import { CameraSettings } from './camera-settings.js';
import { HealthHistory } from './health-history.js';
import { RuleList } from './rule-list.js';
import type { ZoneDraft } from './zone-editor.js';
import { ZoneList } from './zone-list.js';
import classes from './side-panel.module.css';

const route = getRouteApi('/inside/cameras/$id');

interface SidePanelProps {
  readonly camera: Camera;
  readonly draft: ZoneDraft | null;
  readonly onDraft: (draft: ZoneDraft | null) => void;
}

/** Everything about a camera that is not its picture. */
export function SidePanel({ camera, draft, onDraft }: SidePanelProps) {
  const { rule } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <aside className={classes.panel} aria-label="About this camera">
      <Now camera={camera} />
      <HealthHistory cameraId={camera.id} />
      <ZoneList camera={camera} draft={draft} onDraft={onDraft} />
      <RuleList
        camera={camera}
        asked={rule}
        onClosed={() => {
          if (rule !== undefined) void navigate({ search: {}, replace: true });
        }}
      />
      <OnlyAdmins>
        <CameraSettings camera={camera} />
      </OnlyAdmins>
    </aside>
  );
}

function Now({ camera }: { readonly camera: Camera }) {
  const health = useHealth(camera);
  const activity = useActivity(camera.id);
  const isLive = health?.state === 'live';
  return (
    <section className={classes.now} aria-label="Now">
      <p className={classes.people}>
        <strong className="num">{isLive ? (activity?.people ?? 0) : '–'}</strong>
        <span>{isLive && activity?.people === 1 ? 'person now' : 'people now'}</span>
      </p>
      <dl className={classes.facts}>
        <Fact label="Frames in" value={health === null ? '–' : `${health.fpsIn.toFixed(1)}/s`} />
        <Fact label="Analysed" value={activity === null ? '–' : `${activity.analysedPerSec.toFixed(1)}/s`} />
        <Fact
          label="Behind the camera"
          value={activity === null ? '–' : `${(activity.latencyMs / 1000).toFixed(1)} s`}
        />
        {activity !== null && <NotAnalysed counts={activity.counts} />}
        <Fact label="Reconnects" value={health === null ? '–' : String(health.reconnects)} />
        <Fact label="Runs on" value={activity?.provider?.toUpperCase() ?? '–'} />
        <Fact label="Analysis" value={activity?.ran ? profileLabel(activity.ran.profile) : '–'} />
      </dl>
      <NotAsWanted camera={camera} />
    </section>
  );
}

/** Pictures that were not looked at, by reason. */
function NotAnalysed({ counts }: { readonly counts: CameraActivity['counts'] }) {
  const dropped = Object.entries(counts.dropped).filter(([, count]) => count > 0);
  const droppedTotal = dropped.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      <Fact label="Still" value={(counts.still ?? 0).toLocaleString()} />
      <Fact label="Dropped" value={droppedTotal.toLocaleString()} />
      {dropped.map(([reason, count]) => (
        <Fact key={reason} isPart label={reason} value={count.toLocaleString()} />
      ))}
    </>
  );
}

/** That the camera is analysed otherwise than it is set to, and why. */
function NotAsWanted({ camera }: { readonly camera: Camera }) {
  const note = useAnalysisNote(camera);
  if (note === null) return null;
  return (
    <p className={classes.note} role="status">
      <strong>{note.short}.</strong> {note.why ?? 'A change takes a few seconds.'}
    </p>
  );
}

function Fact(props: { readonly label: string; readonly value: string; readonly isPart?: boolean }) {
  return (
    <div className={props.isPart === true ? classes.part : undefined}>
      <dt>{props.label}</dt>
      <dd className="num">{props.value}</dd>
    </div>
  );
}
