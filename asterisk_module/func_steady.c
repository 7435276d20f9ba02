/*
 * Sound that comes steadily, whatever the line does: Set(STEADY(sound)=yes) in the dialplan, once for each channel, or
 * =alone for one whose pauses are filled only while it is connected to no other.
 *
 * Numbers: Debian's Asterisk drops, where it translates (Record, MixMonitor, A-law to mu-law), every frame whose RTP
 * sequence number lies behind the one before (debian/patches/2016_opus_plc.patch, main/translate.c). A line that
 * begins anew at a lower number is not heard until it has passed the old one, up to 11 minutes. So no frame keeps the
 * number, or the times, it came with: nothing behind this place compares them.
 *
 * Pauses: a line that sends nothing while nobody speaks (VAD, comfort noise) makes Asterisk wait. So what is missing
 * is given as silence: lengths, and the silence that ends a message, go by the clock. Not twice: while two channels
 * are connected, MixMonitor fills what one of them lacks by itself (S), and throws away what it has too much.
 *
 * Written for Asterisk 22 (include/asterisk/framehook.h); AST_BUILDOPT_SUM keeps it out of any that is built otherwise.
 *
 * This program is free software, distributed under the terms of the GNU General Public License Version 2, as
 * Asterisk is.
 */

#include "asterisk.h"

#include <poll.h>

#include "asterisk/channel.h"
#include "asterisk/format_cache.h"
#include "asterisk/frame.h"
#include "asterisk/framehook.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"
#include "asterisk/timing.h"

/* LOOKS, IN_PAUSES: how often a second is looked whether something is missing; in a pause, silence comes as often as
 * sound does. Milliseconds: LATE: what is missing for longer is a pause and no jitter. ASLEEP: nobody has read this
 * channel for so long, and none of its sound is missing. */
#define LOOKS 10
#define IN_PAUSES 50
#define LATE 200
#define ASLEEP 300
#define SHORTEST 20
#define A_MILLISECOND 8 /* samples, and bytes of G.711, at 8 kHz: no other sound is filled */

struct steady {
	struct ast_timer *timer;
	struct timeval until;	/* the sound that was given reaches to this moment */
	struct timeval looked;
	int paused;
	int alone;
	unsigned char silence[AST_FRIENDLY_OFFSET + (ASLEEP + LATE) * A_MILLISECOND];
};

static const char datastore_type[] = "steady";
static const struct ast_datastore_info mark = { .type = datastore_type };

static void forget(void *data)
{
	struct steady *steady = data;

	if (steady->timer) {
		ast_timer_close(steady->timer);
	}
	ast_free(steady);
}

static void goes_on(struct steady *steady)
{
	if (steady->paused) {
		steady->paused = 0;
		ast_timer_set_rate(steady->timer, LOOKS);
	}
}

/* Sound has come. What comes in a heap is no credit for a pause to come. */
static void heard(struct steady *steady, const struct ast_frame *frame, struct timeval now)
{
	int rate = ast_format_get_sample_rate(frame->subclass.format);

	goes_on(steady);
	steady->until = ast_tvadd(steady->until, ast_samp2tv(frame->samples, rate));
	if (ast_tvdiff_ms(steady->until, now) > LATE) {
		steady->until = ast_tvadd(now, ast_tv(0, LATE * 1000));
	}
}

static int readable(int fd)
{
	struct pollfd there = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&there, 1, 0) > 0;
}

/* Whether there is sound that nobody has read yet: a busy machine is late, and its line is not. */
static int waits(struct ast_channel *chan)
{
	int position;

	for (position = AST_EXTENDED_FDS; position < ast_channel_fd_count(chan); position++) {
		if (readable(ast_channel_fd(chan, position))) {
			return 1;
		}
	}
	return 0;
}

/* As much silence as is missing, or nothing. */
static struct ast_frame *fill(struct ast_channel *chan, struct steady *steady, struct timeval now)
{
	struct ast_format *format = ast_channel_rawreadformat(chan);
	struct ast_frame silent = { .frametype = AST_FRAME_VOICE, .src = "steady" };
	int missing = ast_tvdiff_ms(now, steady->until);
	int sound;

	if (missing < (steady->paused ? SHORTEST : LATE) || waits(chan)) {
		return NULL;
	}
	if (ast_format_cmp(format, ast_format_alaw) == AST_FORMAT_CMP_EQUAL) {
		sound = 0xd5;
	} else if (ast_format_cmp(format, ast_format_ulaw) == AST_FORMAT_CMP_EQUAL) {
		sound = 0xff;
	} else {
		return NULL;
	}
	missing = MIN(missing, ASLEEP + LATE);
	if (!steady->paused) {
		steady->paused = 1;
		ast_timer_set_rate(steady->timer, IN_PAUSES);
	}
	steady->until = ast_tvadd(steady->until, ast_tv(0, missing * 1000));
	silent.subclass.format = format;
	silent.samples = silent.datalen = missing * A_MILLISECOND;
	silent.offset = AST_FRIENDLY_OFFSET;
	silent.data.ptr = steady->silence + AST_FRIENDLY_OFFSET;
	memset(silent.data.ptr, sound, silent.datalen);
	return ast_frdup(&silent);
}

static struct ast_frame *look(struct ast_channel *chan, struct ast_frame *frame, enum ast_framehook_event event, void *data)
{
	struct steady *steady = data;
	struct timeval now;
	struct ast_frame *silent;

	if (event != AST_FRAMEHOOK_EVENT_READ) {
		return frame;
	}
	now = ast_tvnow();
	/* Acknowledging a timer that has not expired waits for it. */
	if (ast_channel_fdno(chan) == AST_JITTERBUFFER_FD && readable(ast_timer_fd(steady->timer))) {
		ast_timer_ack(steady->timer, 1);
	}
	/* also a clock that was set */
	if (ast_channel_state(chan) != AST_STATE_UP || labs(ast_tvdiff_ms(now, steady->looked)) > ASLEEP
		|| (steady->alone && ast_channel_is_bridged(chan))) {
		steady->until = now;
		goes_on(steady);
	}
	steady->looked = now;
	if (!frame) {
		return frame;
	}
	if (frame->frametype == AST_FRAME_VOICE) {
		if (!ast_test_flag(frame, AST_FRFLAG_REQUEUED)) {
			heard(steady, frame, now);
		}
		frame->seqno = 0;
		frame->delivery = ast_tv(0, 0);
		ast_clear_flag(frame, AST_FRFLAG_HAS_TIMING_INFO | AST_FRFLAG_HAS_SEQUENCE_NUMBER);
	} else if (frame->frametype == AST_FRAME_NULL && (silent = fill(chan, steady, now))) {
		ast_frfree(frame);
		return silent;
	}
	return frame;
}

static int begin(struct ast_channel *chan, int alone)
{
	struct ast_framehook_interface hook = {
		.version = AST_FRAMEHOOK_INTERFACE_VERSION,
		.event_cb = look,
		.destroy_cb = forget,
	};
	struct steady *steady = ast_calloc(1, sizeof(*steady));
	struct ast_datastore *datastore = ast_datastore_alloc(&mark, NULL);

	if (!steady || !datastore || !(steady->timer = ast_timer_open())) {
		goto failed;
	}
	ast_timer_set_rate(steady->timer, LOOKS);
	steady->alone = alone;
	hook.data = steady;
	if (ast_framehook_attach(chan, &hook) < 0) {
		goto failed;
	}
	ast_channel_datastore_add(chan, datastore);
	ast_channel_set_fd(chan, AST_JITTERBUFFER_FD, ast_timer_fd(steady->timer));
	return 0;

failed:
	ast_log(LOG_ERROR, "the sound of %s cannot be made steady\n", ast_channel_name(chan));
	if (datastore) {
		ast_datastore_free(datastore);
	}
	if (steady) {
		forget(steady);
	}
	return -1;
}

static int steady_write(struct ast_channel *chan, const char *function, char *argument, const char *value)
{
	int result = 0;

	if (!chan) {
		return -1;
	}
	ast_channel_lock(chan);
	if (!ast_channel_datastore_find(chan, &mark, NULL)) {
		result = begin(chan, !strcasecmp(value, "alone"));
	}
	ast_channel_unlock(chan);
	return result;
}

static struct ast_custom_function steady_function = {
	.name = "STEADY",
	.write = steady_write,
};

/* Calls use what is loaded here to their end. */
static int unload_module(void)
{
	return -1;
}

static int load_module(void)
{
	return ast_custom_function_register(&steady_function) ? AST_MODULE_LOAD_DECLINE : AST_MODULE_LOAD_SUCCESS;
}

AST_MODULE_INFO_STANDARD(ASTERISK_GPL_KEY, "Sound that comes steadily");
