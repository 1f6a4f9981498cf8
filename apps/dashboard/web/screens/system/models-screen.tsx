import { IconPlus } from '@tabler/icons-react';
import { useModels } from '../../api/queries.js';
import type { Models } from '../../api/types.js';
import { ButtonLink } from '../../ui/links.js';
import { Page } from '../../ui/page.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { ModelRow } from './model-row.js';
import { ProfileCards } from './profile-cards.js';
import { SystemTabs } from './system-tabs.js';
import classes from './models-screen.module.css';

/** Which models are there, what they serve, and how to get more. */
export function ModelsScreen() {
  const list = useModels();
  return (
    <Page
      title="System"
      actions={
        <ButtonLink to="/system/models/add" leftSection={<IconPlus size={16} aria-hidden />}>
          Add your own model
        </ButtonLink>
      }
    >
      <SystemTabs />
      {list.isPending && <LoadingRows rows={6} heightPx={72} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && (
        <>
          <ProfileCards models={list.data} />
          <Problems problems={list.data.problems} />
          <section aria-labelledby="all-models">
            <h2 id="all-models">All models</h2>
            <ul className={classes.list}>
              {list.data.models.map((model) => (
                <ModelRow key={model.id} model={model} />
              ))}
            </ul>
          </section>
        </>
      )}
    </Page>
  );
}

/** Files in the models folder that cannot be used. */
function Problems({ problems }: { readonly problems: Models['problems'] }) {
  if (problems.length === 0) return null;
  return (
    <section className={classes.problems} aria-label="Files that cannot be used">
      {problems.map(({ file, problem }) => (
        <p key={file}>
          <code>{file}</code>
          <span>{problem}</span>
        </p>
      ))}
    </section>
  );
}
