/*
 * The sound of many callers: RTP from one thread, so that what is measured is the hotline and not who calls it.
 * Every line sends a frame of A-law each 20 ms: speech, silence, or a key (RFC 4733). A line waits for one frame of a
 * prompt at a time; the moment of a packet's arrival is the kernel's. bench/calls/swift.py speaks to it.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 1024, FRAME = 160, HEADER = 12, TICKS = 20, KEY_FRAMES = 5, END_PACKETS = 3 };
enum { PCMA = 8, TELEPHONE_EVENT = 101, END_OF_EVENT = 0x80, VOLUME = 10, SILENCE = 0xd5 };
enum { HEARD = 1, RELEASED = 2, SPOKEN = 3 };

struct event {
	int32_t line, kind;
	double at;
};

struct line {
	int fd, key, key_frames, awaits;
	struct sockaddr_in to;
	uint16_t sequence;
	uint32_t stamp;
	const uint8_t *speech;
	int left;
	uint8_t awaited[FRAME];
};

static struct line lines[LINES];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int epoll, events;

static double seconds(struct timespec at)
{
	return at.tv_sec + at.tv_nsec / 1e9;
}

static void tell(int line, int kind, struct timespec at)
{
	struct event event = { line, kind, seconds(at) };

	(void) !write(events, &event, sizeof(event));
}

static void send_packet(struct line *line, int kind, uint32_t stamp, const void *body, int size)
{
	uint8_t packet[HEADER + FRAME] = { 0x80, kind };
	uint16_t sequence = htons(++line->sequence);
	uint32_t moment = htonl(stamp), source = htonl(line - lines + 1);

	memcpy(packet + 2, &sequence, 2);
	memcpy(packet + 4, &moment, 4);
	memcpy(packet + 8, &source, 4);
	memcpy(packet + HEADER, body, size);
	sendto(line->fd, packet, HEADER + size, MSG_DONTWAIT, (struct sockaddr *) &line->to, sizeof(line->to));
}

static void send_key(struct line *line)
{
	int released = ++line->key_frames > KEY_FRAMES, packets = released ? END_PACKETS : 1;
	uint16_t length = htons((released ? KEY_FRAMES : line->key_frames) * FRAME);
	uint8_t body[4] = { line->key, (released ? END_OF_EVENT : 0) + VOLUME };
	struct timespec now;

	memcpy(body + 2, &length, 2);
	clock_gettime(CLOCK_REALTIME, &now);
	while (packets--) {
		send_packet(line, TELEPHONE_EVENT, line->stamp - (line->key_frames - 1) * FRAME, body, sizeof(body));
	}
	if (released) {
		line->key = -1;
		tell(line - lines, RELEASED, now);
	}
}

static void send_frame(struct line *line)
{
	static uint8_t silence[FRAME];
	struct timespec now;

	line->stamp += FRAME;
	if (line->key >= 0) {
		send_key(line);
	} else if (line->left) {
		send_packet(line, PCMA, line->stamp, line->speech, FRAME);
		line->speech += FRAME;
		if (!--line->left) {
			clock_gettime(CLOCK_REALTIME, &now);
			tell(line - lines, SPOKEN, now);
		}
	} else {
		memset(silence, SILENCE, FRAME);
		send_packet(line, PCMA, line->stamp, silence, FRAME);
	}
}

static void receive(struct line *line)
{
	uint8_t packet[1500], control[64];
	struct iovec into = { packet, sizeof(packet) };
	struct msghdr message = { .msg_iov = &into, .msg_iovlen = 1 };
	struct timespec at;
	int size;

	for (;;) {
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		if ((size = recvmsg(line->fd, &message, MSG_DONTWAIT)) < 0) {
			return;
		}
		if (line->awaits && size == HEADER + FRAME && !memcmp(packet + HEADER, line->awaited, FRAME)) {
			line->awaits = 0;
			memcpy(&at, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(at));
			tell(line - lines, HEARD, at);
		}
	}
}

static void *run(void *nothing)
{
	struct epoll_event ready[LINES];
	struct timespec next;
	int tick, each;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (tick = 0;; tick = (tick + 1) % TICKS) {
		if ((next.tv_nsec += 1000000) >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		pthread_mutex_lock(&mutex);
		for (each = tick; each < LINES; each += TICKS) {
			if (lines[each].fd > 0) {
				send_frame(&lines[each]);
			}
		}
		for (each = epoll_wait(epoll, ready, LINES, 0); each-- > 0;) {
			receive(&lines[ready[each].data.u32]);
		}
		pthread_mutex_unlock(&mutex);
	}
	return nothing;
}

/* Begin to send and to hear; events are written to this descriptor. */
int begin(int descriptor)
{
	pthread_t thread;

	events = descriptor;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	return pthread_create(&thread, NULL, run, NULL);
}

/* A line is connected: its socket, and the port on this machine it sends to. */
void connected(int line, int fd, int port)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = line };
	int yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
	pthread_mutex_lock(&mutex);
	lines[line] = (struct line) { .fd = fd, .key = -1 };
	lines[line].to = (struct sockaddr_in) {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	pthread_mutex_unlock(&mutex);
}

void over(int line)
{
	pthread_mutex_lock(&mutex);
	if (lines[line].fd > 0) {
		epoll_ctl(epoll, EPOLL_CTL_DEL, lines[line].fd, NULL);
		lines[line].fd = 0;
	}
	pthread_mutex_unlock(&mutex);
}

void hear(int line, const uint8_t *frame)
{
	pthread_mutex_lock(&mutex);
	memcpy(lines[line].awaited, frame, FRAME);
	lines[line].awaits = 1;
	pthread_mutex_unlock(&mutex);
}

void press(int line, int key)
{
	pthread_mutex_lock(&mutex);
	lines[line].key = key;
	lines[line].key_frames = 0;
	pthread_mutex_unlock(&mutex);
}

/* The frames stay where they are until they are spoken. */
void speak(int line, const uint8_t *frames, int count)
{
	pthread_mutex_lock(&mutex);
	lines[line].speech = frames;
	lines[line].left = count;
	pthread_mutex_unlock(&mutex);
}
