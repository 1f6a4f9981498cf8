import { Button, TextInput } from '@mantine/core';
import { useSources } from '../../../api/queries.js';
import { fromField, timeRanges, toField } from '../../tracks/time-ranges.js';
import { blanks } from './blanks.js';
import classes from './filter-sentence.module.css';
import { PlaceBlanks } from './place-blanks.js';
import { camerasOf, isNarrowed, type PeopleSearch } from '../search-filter.js';
import { ANY, ChoiceBlank, Words, type SentenceProps } from './sentence-words.js';
import { TrackBlank } from './track-blank.js';

/** The filter as a sentence: each blank is a list to choose from, and asks for nothing until something is chosen. */
export function FilterSentence({ search, onChange }: SentenceProps) {
  const narrow = (means: PeopleSearch): void => {
    onChange({ ...search, ...means });
  };
  const cameras = camerasOf(search);
  return (
    <div className={classes.sentence} role="search" aria-label="Filter">
      <span className={classes.word}>Find</span>
      <TrackBlank key={search.track} search={search} onChange={onChange} />
      <span className={classes.word}>in</span>
      <SourceBlanks search={search} onChange={onChange} />
      {cameras.length === 1 && <PlaceBlanks camera={cameras[0]} search={search} onChange={onChange} />}
      <TimeBlank search={search} onChange={onChange} />
      {blanks.map((blank) => (
        <ChoiceBlank key={blank.name} blank={blank} search={search} onChange={narrow} />
      ))}
      {isNarrowed(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            onChange({ like: search.like, move: search.move, pose: search.pose });
          }}
        >
          Clear all
        </Button>
      )}
    </div>
  );
}

/** A blank for each camera or video that is named, and one more to name another. */
function SourceBlanks({ search, onChange }: SentenceProps) {
  const sources = useSources();
  const named = camerasOf(search);
  const name = (cameras: readonly string[]): void => {
    const cameraId = cameras.length < 2 ? cameras.at(0) : [...cameras];
    // Places belong to one camera.
    const place = { zoneId: undefined, minDwellSec: undefined, line: undefined, direction: undefined };
    onChange({ ...search, ...place, cameraId });
  };
  const nameOf = (id: string): string => sources.find((source) => source.id === id)?.name ?? id;
  const listed = (kind: 'live' | 'video', own: string | undefined) =>
    sources
      .filter((source) => source.kind === kind && (source.id === own || !named.includes(source.id)))
      .map(({ id, name: label }) => ({ value: id, label }));
  const choices = (own: string | undefined) => [
    ...(own === undefined || sources.some(({ id }) => id === own) ? [] : [{ value: own, label: own }]),
    { group: 'Cameras', items: listed('live', own) },
    { group: 'Videos', items: listed('video', own) },
  ];
  const every = { value: ANY, label: 'every camera and video' };
  const hasMore = named.length > 0 && sources.some(({ id }) => !named.includes(id));
  return (
    <>
      {[...named, ...(named.length === 0 ? [undefined] : [])].map((own, index) => (
        <Words
          key={own ?? ANY}
          name={index === 0 ? 'Camera or video' : `Camera or video ${index + 1}`}
          said={own === undefined ? every.label : nameOf(own)}
          value={own ?? ANY}
          data={[named.length < 2 ? every : { value: ANY, label: 'not this one' }, ...choices(own)]}
          isSet={own !== undefined}
          searchable
          onChoose={(value) => {
            name([...named.slice(0, index), ...(value === ANY ? [] : [value]), ...named.slice(index + 1)]);
          }}
        />
      ))}
      {hasMore && (
        <Words
          name="One more camera or video"
          said="or …"
          value={ANY}
          data={[{ value: ANY, label: 'or …' }, ...choices(undefined)]}
          isSet={false}
          onChoose={(value) => {
            if (value !== ANY) name([...named, value]);
          }}
        />
      )}
    </>
  );
}

const rangeWords: Readonly<Record<(typeof timeRanges)[number]['value'], string>> = {
  hour: 'in the last hour',
  day: 'in the last 24 hours',
  week: 'in the last 7 days',
  all: 'at any time',
  custom: 'between',
};

function TimeBlank({ search, onChange }: SentenceProps) {
  const range = timeRanges.find(({ value }) => value === search.range)?.value ?? 'all';
  const field = (name: 'fromMs' | 'toMs', label: string) => (
    <TextInput
      className={classes.date}
      type="datetime-local"
      step={1}
      aria-label={label}
      value={toField(search[name], 'second')}
      onChange={(event) => {
        onChange({ ...search, [name]: fromField(event.currentTarget.value) });
      }}
    />
  );
  return (
    <>
      <Words
        name="Time"
        said={rangeWords[range]}
        value={range}
        data={timeRanges.map(({ value }) => ({ value, label: rangeWords[value] }))}
        isSet={range !== 'all'}
        onChoose={(value) => {
          const isCustom = value === 'custom';
          onChange({
            ...search,
            range: value === 'all' ? undefined : value,
            ...(isCustom ? {} : { fromMs: undefined, toMs: undefined }),
          });
        }}
      />
      {range === 'custom' && (
        <>
          {field('fromMs', 'From')}
          <span className={classes.word}>and</span>
          {field('toMs', 'To')}
        </>
      )}
    </>
  );
}
