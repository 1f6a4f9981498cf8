import { ActionIcon, Button } from '@mantine/core';
import { IconManFilled, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { systemClock } from '#base/clock.js';
import { Page } from '../../ui/page.js';
import { AlikeResults, type Example } from './results/alike-results.js';
import { readBody } from './body/body.js';
import { MomentExample, MovementExample } from './results/examples.js';
import { ExportMenu } from './results/export-menu.js';
import { FilterSentence } from './sentence/filter-sentence.js';
import type { Motion } from './results/result-cards.js';
import { looksLike, queryOf, readMoment, readMovement, type PeopleSearch } from './search-filter.js';
import { SketchPanel } from './body/sketch-panel.js';
import { TrackResults } from './results/track-results.js';

const route = getRouteApi('/inside/search');

/** Everybody who was tracked, by what they did: a sentence, a pose or movement to look for, when they were there, and how they moved. */
export function SearchScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  // One moment per filter, so that pages, plot and export agree on what "the last hour" is.
  const [opened, setOpened] = useState(() => systemClock.nowMs());
  const [isMoving, setMoving] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  const [isSketching, setSketching] = useState(false);
  const motion: Motion = { isMoving, onChange: setMoving };
  const query = queryOf(search, opened);
  const example = exampleOf(search);
  const shown = { search, query, motion };
  const isPosing = example?.kind === 'pose' || (isSketching && example === null);
  const change = (next: PeopleSearch): void => {
    setOpened(systemClock.nowMs());
    void navigate({ search: next });
  };
  return (
    <Page
      title="Search"
      actions={
        <>
          <ActionIcon
            variant="subtle"
            size={36}
            aria-label="Search again"
            onClick={() => {
              setOpened(systemClock.nowMs());
              void queries.invalidateQueries({ queryKey: ['search'] });
            }}
          >
            <IconRefresh size={18} aria-hidden />
          </ActionIcon>
          {!isPosing && (
            <Button
              leftSection={<IconManFilled size={16} aria-hidden />}
              onClick={() => {
                setSketching(true);
                if (example !== null) change(looksLike(search));
              }}
            >
              Make a pose
            </Button>
          )}
          {example === null && <ExportMenu query={query} />}
        </>
      }
    >
      <FilterSentence search={search} onChange={change} />
      {isPosing && (
        <SketchPanel
          pose={search.pose}
          onFind={(pose) => {
            change(looksLike(search, { pose }));
          }}
          onClose={() => {
            setSketching(false);
            if (search.pose !== undefined) change(looksLike(search));
          }}
        />
      )}
      {example?.kind === 'moment' && <MomentExample moment={example.moment} search={search} motion={motion} />}
      {example?.kind === 'movement' && (
        <MovementExample movement={example.movement} search={search} motion={motion} onChange={change} />
      )}
      {example === null ? <TrackResults {...shown} onChange={change} /> : <AlikeResults {...shown} example={example} />}
    </Page>
  );
}

/** What an address asks to look like; null where it asks for nothing, or for nothing that can be read. */
function exampleOf({ pose, move, like }: PeopleSearch): Example | null {
  const body = readBody(pose);
  if (body !== null) return { kind: 'pose', body };
  const movement = readMovement(move);
  if (movement !== null) return { kind: 'movement', movement };
  const moment = readMoment(like);
  return moment === null ? null : { kind: 'moment', moment };
}
