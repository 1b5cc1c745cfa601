/* What happens inside. */
#ifndef OSSUM_AOS_LOG_H
#define OSSUM_AOS_LOG_H

#include "aos_define.h"

typedef enum {
    AOS_LOG_OFF = 1,
    AOS_LOG_FATAL,
    AOS_LOG_ERROR,
    AOS_LOG_WARN,
    AOS_LOG_INFO,
    AOS_LOG_DEBUG,
    AOS_LOG_TRACE,
    AOS_LOG_ALL
} aos_log_level_e;

/* Is told a line of so many bytes. May be called from any thread, and from several at once. */
typedef void (*aos_log_print_pt)(const char *message, int len);

AOS_CPP_START

/* How much is told; AOS_LOG_OFF unless this is called. */
void aos_log_set_level(int level);
int aos_log_get_level(void);

/* Who is told; NULL is standard error. */
void aos_log_set_print(aos_log_print_pt print);

/* Tells a line of the program's own. */
void aos_log_line(const char *message, int len);

AOS_CPP_END

static AOS_INLINE void aos_log_format(int level, const char *file, int line, const char *function,
                                      const char *format, ...) AOS_PRINTF(5, 6);
static AOS_INLINE void aos_log_format(int level, const char *file, int line, const char *function,
                                      const char *format, ...)
{
    static const char *const names[] = {"", "OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
    char text[4096];
    int length, more;
    va_list values;
    length = snprintf(text, sizeof(text), "[%s] %s:%d %s ", names[level & 7], file, line, function);
    if (length < 0 || (size_t)length >= sizeof(text) - 2) {
        return;
    }
    va_start(values, format);
    more = vsnprintf(text + length, sizeof(text) - (size_t)length - 1, format, values);
    va_end(values);
    if (more > 0) {
        length = (int)strlen(text);
    }
    text[length++] = '\n';
    text[length] = '\0';
    aos_log_line(text, length);
}

#define aos_log_at(level, ...)                                                                    \
    do {                                                                                          \
        if (aos_log_get_level() >= (level)) {                                                     \
            aos_log_format((level), __FILE__, __LINE__, __func__, __VA_ARGS__);                   \
        }                                                                                         \
    } while (0)
#define aos_fatal_log(...) aos_log_at(AOS_LOG_FATAL, __VA_ARGS__)
#define aos_error_log(...) aos_log_at(AOS_LOG_ERROR, __VA_ARGS__)
#define aos_warn_log(...) aos_log_at(AOS_LOG_WARN, __VA_ARGS__)
#define aos_info_log(...) aos_log_at(AOS_LOG_INFO, __VA_ARGS__)
#define aos_debug_log(...) aos_log_at(AOS_LOG_DEBUG, __VA_ARGS__)
#define aos_trace_log(...) aos_log_at(AOS_LOG_TRACE, __VA_ARGS__)

#endif
